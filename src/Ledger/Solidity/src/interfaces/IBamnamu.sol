// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Bamnamu, the reward token: 18 decimals, capped
/// @notice Minted only by the reward distributor that deployed it; has no vote, no owner and no pause.
interface IBamnamu is IERC20 {
    /// @notice Only the distributor may do this.
    error BamnamuNotDistributor(address caller);

    /// @notice Mints earned rewards to the distributor. Distributor only; reverts above the cap.
    function mint(uint256 amount) external;

    /// @notice Burns the distributor's own tokens (rewards forfeited for proven fraud). Distributor only.
    function burn(uint256 amount) external;

    /// @notice The only minter.
    function distributor() external view returns (address);

    /// @notice The largest supply there can ever be.
    function cap() external view returns (uint256);
}
