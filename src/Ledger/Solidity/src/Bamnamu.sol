// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBamnamu} from "./interfaces/IBamnamu.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";

/// @notice See {IBamnamu}.
contract Bamnamu is IBamnamu, ERC20Capped {
    /// @inheritdoc IBamnamu
    address public immutable distributor;

    modifier onlyDistributor() {
        require(msg.sender == distributor, BamnamuNotDistributor(msg.sender));
        _;
    }

    /// @param cap_ The largest supply there can ever be.
    constructor(uint256 cap_) ERC20("Bamnamu", "BNAM") ERC20Capped(cap_) {
        distributor = msg.sender;
    }

    /// @inheritdoc IBamnamu
    function mint(uint256 amount) external onlyDistributor {
        _mint(distributor, amount);
    }

    /// @inheritdoc IBamnamu
    function burn(uint256 amount) external onlyDistributor {
        _burn(distributor, amount);
    }

    /// @inheritdoc IBamnamu
    function cap() public view override(IBamnamu, ERC20Capped) returns (uint256) {
        return super.cap();
    }
}
