// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of coverage-tiered/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937
/// from a development set-up: whoever ran it can forge. Not for production.
contract CoverageTieredVerifier {
    /// The circuit and its version.
    string public constant SHAPE = "coverage-tiered/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x2f425dbd7572b73e81de7dbf58f8b20b1fdd1c2f5a4591f9a4be496d44196937;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0xaface6e039246eb25e642d0193723266e0d867fe4bd7ce5f70298e7db8dcf523;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x1edcdca9e35a74084eaf5b6167d1d770b4a8410536509d0b8e7f860991d6b0a8;
    uint256 private constant MINUS_ALPHA_Y = 0x0a18a6a4d3e122907c095d567e3c13dafff80db84bad011307ff842629a65a1f;
    uint256 private constant BETA_X1 = 0x24408225f41c3ec6217c9e735c7ea89ac1b50e8aea64b63bc8b4a02f22800460;
    uint256 private constant BETA_X0 = 0x19f2352b5501e2b4633d4bcb9d0ebca317156a2b7f5aaa0d64c2de258ee2a3ec;
    uint256 private constant BETA_Y1 = 0x12f6a97d0ab6e863f836672cf071fc05703c3ddacdea63c0106e4776caeb97ae;
    uint256 private constant BETA_Y0 = 0x13d36cafe4f5ce9dc4534961ebb61b5e340d120bed148254126a8ec911d110b1;
    uint256 private constant MINUS_GAMMA_X1 = 0x175544a728ca8de1ec1bb5ab97fc17dd29f131b8750a7e5bf2b7838d576c6406;
    uint256 private constant MINUS_GAMMA_X0 = 0x0202d96ca9ae4289b75abb44ee8ed46ea6dfa07d1eb9a0190b6242f1110ed065;
    uint256 private constant MINUS_GAMMA_Y1 = 0x04ec428d983c99f606b953590e6c3d31bfacda901a1b33fb9f92bff8b0013d5b;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1d9120eef1fe98094843cb8a8f8494bc0fbfbfe75720bd5143b5b93f60cd565f;
    uint256 private constant MINUS_DELTA_X1 = 0x2ae5450b4856b7a05f981415bda1dca78e42b0f097ca0f6e64d2784cb613cd2e;
    uint256 private constant MINUS_DELTA_X0 = 0x22bdb08871b7bb35180707a63fce9aa98b1784401b6c04b089893471c0675563;
    uint256 private constant MINUS_DELTA_Y1 = 0x2605c9d21393141efeb9b7e034c94e29aa1997d9c5fcf7a3b1d918cde27c345a;
    uint256 private constant MINUS_DELTA_Y0 = 0x2dbc9230a7ef63a1aaf58a017613063f8adc7554dc2f470b5dc3d57ef4e913b0;
    uint256 private constant IC0_X = 0x039f2df699236ff85e838dadb77ec563f61be82c6c7a102ee9281924971d7f85;
    uint256 private constant IC0_Y = 0x1964b5bc0eb896866b421217a39b883085a237b598a77b11fb6840280a2b1f49;
    uint256 private constant IC1_X = 0x14a8d45daf3d2920bce3be0c3ac2c16231f9c1dc8c10cf764ffa3fce2f6cc279;
    uint256 private constant IC1_Y = 0x189e7acb182f6b7f327ea547b3d7858bcb02e6f55716bff6ac7dadc7593c6bab;
    uint256 private constant IC2_X = 0x2822d87f17f2a88fb62f987d924f9286cbc4a84fc04834ab89dc9bf23f1c7289;
    uint256 private constant IC2_Y = 0x0bd6c7287551224baca652a436f930a4a66098a49c15875bc36b66abac25825d;
    uint256 private constant IC3_X = 0x00c81b2abc3074ab926dbcfc900d50467a407d09738cdfdcd187a7e3a3984468;
    uint256 private constant IC3_Y = 0x031fc9b8768de60800061f09dd8c301ba80d51474eebc0d15192989c8b206b7f;
    uint256 private constant IC4_X = 0x1fc63fd7acf44faca2bc4b83a5213de0f06e35aeb1456c391d575dd5aa5987ad;
    uint256 private constant IC4_Y = 0x1f04e6ab75b2c1cf6cadec7ab1bc4515e3c0c9a351e12642458ee8e7c8eb9f76;

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
