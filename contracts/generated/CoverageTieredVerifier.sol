// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x2e468376bd6c48304acdcf0fc2bde65345bd000c44404de5f1d5817c63b4840f
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of coverage-tiered/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x2e468376bd6c48304acdcf0fc2bde65345bd000c44404de5f1d5817c63b4840f
/// from a development set-up: whoever ran it can forge. Not for production.
contract CoverageTieredVerifier {
    /// The circuit and its version.
    string public constant SHAPE = "coverage-tiered/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x2e468376bd6c48304acdcf0fc2bde65345bd000c44404de5f1d5817c63b4840f;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x00462dcdf2eb708724d4abe5cac045fb2eb580e721e9ecb06ac877bcacd03ca7;
    uint256 private constant MINUS_ALPHA_Y = 0x20f64e3a5849fe62fb52d29fd3b5f0a42c4a1edc8010aa111311bc4106b3d44b;
    uint256 private constant BETA_X1 = 0x0fcf9a86ab4f0a4f129c5b3838d9b596b832b4bdf0aae860f6dc0399165f35a1;
    uint256 private constant BETA_X0 = 0x2e767675a30fe61c333c33d05a3dc91c024f691288cdb7817ca04efaf760bef9;
    uint256 private constant BETA_Y1 = 0x27bbb52be449880d6dc1b3cab32fe1cea038276808f3fad8b876bf528c578a09;
    uint256 private constant BETA_Y0 = 0x1254faea634a71ca81e166d698b16a363738960b7216b01a13b5514242ab7ea9;
    uint256 private constant MINUS_GAMMA_X1 = 0x24da38c1a0cbb9c32263486ea7e799432258f4dde5b40d99fe34f93be18b6da6;
    uint256 private constant MINUS_GAMMA_X0 = 0x1e416fad18f4b0eedd10792f2131dff0fcf58e0ccfccd827ef00f37f4fbfc759;
    uint256 private constant MINUS_GAMMA_Y1 = 0x1bd1db82035e0476b330b6444e8728572d1e2f960128eae739a28fb81abcdc34;
    uint256 private constant MINUS_GAMMA_Y0 = 0x286ffcbccfe34f46cde464cb2497ebb084c8ff464b69d09bdda87b04e781a154;
    uint256 private constant MINUS_DELTA_X1 = 0x072ba83d769bda59889ccd94a266df258645bbaa327b66f0fb72d5b3155d2948;
    uint256 private constant MINUS_DELTA_X0 = 0x0784e39e29e044ea8fdc7c18b5e795403911d1e62f72a35bb7582baaa38a5033;
    uint256 private constant MINUS_DELTA_Y1 = 0x2f57377f7a53ec5c88e27674fc0bf3cbe0c7976ab4e1a9c37745a18099ed8d90;
    uint256 private constant MINUS_DELTA_Y0 = 0x130aee063592f0cbed8fe7bc932ae7b478a3cc4badfceb2add21a039bf47402b;
    uint256 private constant IC0_X = 0x1f018d227d8e42ae73663a2ecc355864f495a9585ae4768e2e48df15dad41b1a;
    uint256 private constant IC0_Y = 0x1395de94eddb28fe2159bb2ad807186a89f80bff383d257da2339071f08d6f97;
    uint256 private constant IC1_X = 0x21851cdcb0e51640f8188cac12227c2a8597a8b0445c1e3178ac4dd71f7074b7;
    uint256 private constant IC1_Y = 0x010a5341ad31a10ec40571942f279fd7a41abf6ade0087448696b07e7dd3c2a8;
    uint256 private constant IC2_X = 0x1e6e096c1da9e433c3c5635a783def33611b00b111a1057b3883b0691df7b941;
    uint256 private constant IC2_Y = 0x04d12d9ba2901c0895f0a14a74b2d63576ed218f644aaa61f85913e6252f790c;
    uint256 private constant IC3_X = 0x02db5335a34084de1b46b7c48863c0db785d2a55e68cb401f58801e40f931465;
    uint256 private constant IC3_Y = 0x14a0b7d649d133b72af6dc9939f1b123220ef73fe82320b16a98aa6759627fa1;
    uint256 private constant IC4_X = 0x165d150450b927e6f751949fc3b6ca99ea964354adca9272634d367808590174;
    uint256 private constant IC4_Y = 0x291f03b193e4429efcf47f80a8009626b46748a2ad63ffbb5895ed84fdaba8a1;

    /// Public input `index` is not below the field's modulus.
    error InputNotInField(uint256 index);
    /// Word `index` of the proof is not below the modulus of the coordinates.
    error CoordinateNotInField(uint256 index);
    /// A (0), B (1) or C (2) is the point at infinity.
    error PointAtInfinity(uint256 point);
    /// The pairing failed: a point of the proof is off its curve or outside its subgroup, or there was too little gas.
    error PairingFailed();

    /// True where e(A, B) = e(alpha, beta) e(IC(inputs), gamma) e(C, delta).
    ///
    /// `proof` is A.x A.y B.x1 B.x0 B.y1 B.y0 C.x C.y. False says that the proof is none of these inputs; everything that
    /// is no proof at all, or no input, reverts with its own error.
    function verify(uint256[8] calldata proof, uint256[4] calldata inputs) public view returns (bool) {
        if (inputs[0] >= R) revert InputNotInField(0);
        if (inputs[1] >= R) revert InputNotInField(1);
        if (inputs[2] >= R) revert InputNotInField(2);
        if (inputs[3] >= R) revert InputNotInField(3);
        if (proof[0] >= Q) revert CoordinateNotInField(0);
        if (proof[1] >= Q) revert CoordinateNotInField(1);
        if (proof[2] >= Q) revert CoordinateNotInField(2);
        if (proof[3] >= Q) revert CoordinateNotInField(3);
        if (proof[4] >= Q) revert CoordinateNotInField(4);
        if (proof[5] >= Q) revert CoordinateNotInField(5);
        if (proof[6] >= Q) revert CoordinateNotInField(6);
        if (proof[7] >= Q) revert CoordinateNotInField(7);
        if ((proof[0] | proof[1]) == 0) revert PointAtInfinity(0);
        if ((proof[2] | proof[3] | proof[4] | proof[5]) == 0) revert PointAtInfinity(1);
        if ((proof[6] | proof[7]) == 0) revert PointAtInfinity(2);

        uint256 outcome = 2;
        assembly ("memory-safe") {
            // [p, p + 0x40) is a running sum; adds scalar * (x, y) to it. The precompiles of EIP-196 at 7 and 6 can't fail
            // on points of the key; where they do for want of gas, the pairing below gets no point of the curve.
            function add_term(p, x, y, scalar) {
                mstore(add(p, 0x40), x)
                mstore(add(p, 0x60), y)
                mstore(add(p, 0x80), scalar)
                let done := staticcall(gas(), 7, add(p, 0x40), 0x60, add(p, 0x40), 0x40)
                done := and(done, staticcall(gas(), 6, p, 0x80, p, 0x40))
                if iszero(done) { mstore(p, not(0)) }
            }

            let free := mload(0x40)

            // The pair of (IC(inputs), -gamma), whose second half serves as scratch space until the sum is made.
            let p := add(free, 0x180)
            mstore(p, IC0_X)
            mstore(add(p, 0x20), IC0_Y)
            add_term(p, IC1_X, IC1_Y, calldataload(add(inputs, 0x0)))
            add_term(p, IC2_X, IC2_Y, calldataload(add(inputs, 0x20)))
            add_term(p, IC3_X, IC3_Y, calldataload(add(inputs, 0x40)))
            add_term(p, IC4_X, IC4_Y, calldataload(add(inputs, 0x60)))
            mstore(add(p, 0x40), MINUS_GAMMA_X1)
            mstore(add(p, 0x60), MINUS_GAMMA_X0)
            mstore(add(p, 0x80), MINUS_GAMMA_Y1)
            mstore(add(p, 0xa0), MINUS_GAMMA_Y0)

            // (A, B)
            calldatacopy(free, proof, 0xc0)

            // (-alpha, beta)
            p := add(free, 0xc0)
            mstore(p, MINUS_ALPHA_X)
            mstore(add(p, 0x20), MINUS_ALPHA_Y)
            mstore(add(p, 0x40), BETA_X1)
            mstore(add(p, 0x60), BETA_X0)
            mstore(add(p, 0x80), BETA_Y1)
            mstore(add(p, 0xa0), BETA_Y0)

            // (C, -delta)
            p := add(free, 0x240)
            calldatacopy(p, add(proof, 0xc0), 0x40)
            mstore(add(p, 0x40), MINUS_DELTA_X1)
            mstore(add(p, 0x60), MINUS_DELTA_X0)
            mstore(add(p, 0x80), MINUS_DELTA_Y1)
            mstore(add(p, 0xa0), MINUS_DELTA_Y0)

            // The precompile of EIP-197 at 8 takes all gas that it is given when it fails. It costs 181,000; the cap leaves room
            // for a price three times as high. Scratch space keeps a 2 where nothing is returned.
            mstore(0, 2)
            if staticcall(600000, 8, free, 0x300, 0, 0x20) { outcome := mload(0) }
        }
        if (outcome > 1) revert PairingFailed();
        return outcome == 1;
    }
}
