// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CoverageFlatGroth16, CoverageFlatVerifier} from "../../generated/CoverageFlatVerifier.sol";

/// For the tests only: inherits a generated verifier and has a condition of its own *after* the check. A verifier whose assembly
/// returns from the whole call would skip it.
contract GuardedVerifier is CoverageFlatVerifier {
    error NotAllowed();

    function guarded(uint256[8] calldata proof, uint256[4] calldata inputs, bool allowed)
        external
        view
        returns (uint256)
    {
        bool verified = CoverageFlatGroth16.holds(proof, inputs);
        if (!allowed) revert NotAllowed();
        return verified ? 42 : 7;
    }
}
