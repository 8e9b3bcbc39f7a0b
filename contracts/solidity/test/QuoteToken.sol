// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A quote currency of the demo's local chains: worth nothing.
contract QuoteToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Quote currency of the demo", "QUOTE") {
        _mint(holder, supply);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
