// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Bamtol, the cash token: won with two decimals
/// @notice Exists only against money that the custodian recorded as received, and is never a reward.
/// Always: reserve = supply + redemptions not paid out yet.
/// @dev Warning: the custodian is trusted to record deposits and payouts truthfully; it can neither move, freeze nor burn anybody's tokens.
interface IBamtol is IERC20 {
    /// @notice Money came in: `amount` was minted to `account` against `deposit`.
    event DepositRecorded(bytes32 indexed deposit, address indexed account, uint256 amount);
    /// @notice `account` burned `amount` and is owed the money.
    event RedemptionRequested(uint256 indexed redemption, address indexed account, uint256 amount);
    /// @notice The money of `redemption` left the reserve.
    event RedemptionPaid(uint256 indexed redemption, uint256 amount);

    /// @notice Only the custodian may do this.
    error BamtolNotCustodian(address caller);
    /// @notice A deposit is minted against once.
    error BamtolDepositUsed(bytes32 deposit);
    /// @notice An amount of zero says nothing.
    error BamtolNoAmount();
    /// @notice There is no such redemption, or it is paid.
    error BamtolNothingToPay(uint256 redemption);

    /// @notice Records the deposit and mints against it, once. Custodian only.
    function mint(bytes32 deposit, address account, uint256 amount) external;

    /// @notice Burns the caller's tokens; the money is owed from now on.
    /// @return redemption Counts from 1.
    function redeem(uint256 amount) external returns (uint256 redemption);

    /// @notice Records that a redemption's money was paid out. Custodian only.
    function recordPayout(uint256 redemption) external;

    /// @notice The only one who records money coming and going.
    function custodian() external view returns (address);

    /// @notice Recorded money that backs tokens and unpaid redemptions, in hundredths of a won.
    function reserve() external view returns (uint256);

    /// @notice True once the deposit was minted against.
    function isUsed(bytes32 deposit) external view returns (bool);

    /// @notice Amount owed for a redemption; zero when unknown or paid.
    function owed(uint256 redemption) external view returns (uint256);
}
