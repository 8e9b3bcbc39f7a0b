// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Vm} from "./Vm.sol";

/// What forge takes for a test, with its cheat codes.
abstract contract Test {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// How forge recognises a contract of tests.
    bool public constant IS_TEST = true;

    /// A value in `[low, high]` made of an arbitrary one: itself where it lies within.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        require(low <= high, "bound: empty range");
        if (value >= low && value <= high) return value;
        uint256 size = high - low + 1;
        return size == 0 ? value : low + value % size;
    }

    /// Deploys what compile.mjs compiled: the code that is tested is the code that is committed.
    function deploy(string memory contractName, bytes memory arguments) internal returns (address deployed) {
        string memory json = vm.readFile(string.concat("artefacts/", contractName, ".json"));
        bytes memory code = vm.parseBytes(string.concat("0x", vm.parseJsonString(json, ".bytecode")));
        code = bytes.concat(code, arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), "deploy: refused");
    }
}
