// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBamtol} from "./interfaces/IBamtol.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice See {IBamtol}.
contract Bamtol is IBamtol, ERC20 {
    /// @inheritdoc IBamtol
    address public immutable custodian;

    /// @inheritdoc IBamtol
    uint256 public reserve;

    /// @inheritdoc IBamtol
    mapping(bytes32 deposit => bool) public isUsed;

    /// @inheritdoc IBamtol
    mapping(uint256 redemption => uint256) public owed;

    uint256 private _redemptions;

    modifier onlyCustodian() {
        require(msg.sender == custodian, BamtolNotCustodian(msg.sender));
        _;
    }

    constructor(address custodian_) ERC20("Bamtol", "BTOL") {
        custodian = custodian_;
    }

    /// @inheritdoc IBamtol
    function mint(bytes32 deposit, address account, uint256 amount) external onlyCustodian {
        require(amount > 0, BamtolNoAmount());
        require(!isUsed[deposit], BamtolDepositUsed(deposit));

        isUsed[deposit] = true;
        reserve += amount;
        emit DepositRecorded(deposit, account, amount);

        _mint(account, amount);
    }

    /// @inheritdoc IBamtol
    function redeem(uint256 amount) external returns (uint256 redemption) {
        require(amount > 0, BamtolNoAmount());

        redemption = ++_redemptions;
        owed[redemption] = amount;
        emit RedemptionRequested(redemption, msg.sender, amount);

        _burn(msg.sender, amount);
    }

    /// @inheritdoc IBamtol
    function recordPayout(uint256 redemption) external onlyCustodian {
        uint256 amount = owed[redemption];
        require(amount > 0, BamtolNothingToPay(redemption));

        delete owed[redemption];
        reserve -= amount;
        emit RedemptionPaid(redemption, amount);
    }

    /// @notice Hundredths of a won.
    function decimals() public pure override returns (uint8) {
        return 2;
    }
}
