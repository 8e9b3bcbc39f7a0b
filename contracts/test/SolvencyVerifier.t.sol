// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CoverageFlatBatchVerifier} from "../generated/CoverageFlatVerifier.sol";
import {Proofs} from "../solidity/Proofs.sol";
import {SolvencyVerifier} from "../solidity/SolvencyVerifier.sol";
import {Test} from "./Test.sol";

/// Deployment only: every rule is executed by the Rust tests, on the committed artefacts.
contract SolvencyVerifierTest is Test {
    function test_verifiers_are_found_by_their_shape_and_none_stands_twice() public {
        address[] memory verifiers = new address[](1);
        verifiers[0] = address(new CoverageFlatBatchVerifier());
        SolvencyVerifier verifier = new SolvencyVerifier(bytes32(uint256(1)), verifiers);
        vm.assertEq(verifier.verifierOf(keccak256("coverage-flat/1")), verifiers[0]);

        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (verifiers[0], verifiers[0]);
        vm.expectRevert(abi.encodeWithSelector(Proofs.DuplicateShape.selector, keccak256("coverage-flat/1")));
        new SolvencyVerifier(bytes32(uint256(1)), twice);
    }
}
