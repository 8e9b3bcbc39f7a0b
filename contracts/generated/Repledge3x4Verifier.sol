// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of repledge-3x4/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330
/// from a development set-up: whoever ran it can forge. Not for production.
contract Repledge3x4Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "repledge-3x4/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x6e9db84b102ad646ae2a4233ddf284aa1c321a3cd321b67a8bd80beb381d5330;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x6a1c79e3b952724281e9a1623a188eff3a22cf9bf2779ccec3e6ea0967185639;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 8;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x12566bf10d2cdfc4f4aa755a0b33280b2ea90234835024b6fc05e5aa2d3911a3;
    uint256 private constant MINUS_ALPHA_Y = 0x0fa1c55367cec7905e4120384837412f94f52c0cf084a24c41e73e5dc393ca03;
    uint256 private constant BETA_X1 = 0x106875cbcd9c27446f4b3dfb65150be4340ea36e2ca18ea0f4cbb6966a7edfa0;
    uint256 private constant BETA_X0 = 0x1fe98a884de4cb0327069e56f79ee578edaeebac485e30ff6f5d1d4dce280de0;
    uint256 private constant BETA_Y1 = 0x2ba34017d6f3152678766bcb3ca2c96d46881170a21eeba717f1c637540aa7dc;
    uint256 private constant BETA_Y0 = 0x0cedfd5b41dcf89bf38114416838fd7ff645bd0d7824811d5af180047cb2efd5;
    uint256 private constant MINUS_GAMMA_X1 = 0x00a7239a9b95565b3aaee7fd98ec689666c79065251e08abee8a406aee54eb49;
    uint256 private constant MINUS_GAMMA_X0 = 0x03de55ac943b266050c843ffe37c2035814aaf45c0b6c122af8334ebc6c3d0f3;
    uint256 private constant MINUS_GAMMA_Y1 = 0x22a84825895b34ea665fba2362308d61a24ebc57532c19e200b7aa423af30eb3;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1fa6d0ec467d1e3b0d479e8c1ddb9535eb9c5cb6bf47d14947b58200d1da90ea;
    uint256 private constant MINUS_DELTA_X1 = 0x109bfef600d52d30205046c7fd1d6be1e9ff76fad5c9a6ea3c23b8a6036a37b0;
    uint256 private constant MINUS_DELTA_X0 = 0x29b0b0fdff4a2dbb7e14c595ba5f100f85b7c510f8869b48c8497c6d1068e5b8;
    uint256 private constant MINUS_DELTA_Y1 = 0x1423e70bb14ef9094844ff78fc357bef57eba861d5c1194b4bca3b36f9376eee;
    uint256 private constant MINUS_DELTA_Y0 = 0x13f4d9f5c9e7446ef5b9092d86b3d3275815263c224b775a3a78fdb7f995cf2c;
    uint256 private constant IC0_X = 0x0a0fcffd45bdc90f7d224e8377a05ee08d47ab8685e90df0cbca5bc7438212ba;
    uint256 private constant IC0_Y = 0x11f3097d0982a8ac003b1b7f3afd8d114f5e61e760bc5548bba073d1c58c3921;
    uint256 private constant IC1_X = 0x1b96b69e1849c0ad6c185a20b410741ed4679f0b18f6b8c041815d3d84733caa;
    uint256 private constant IC1_Y = 0x1731716e2637cc30696e4c2b46bbabeac06266663ad62777dfd1b98c39a67fc3;
    uint256 private constant IC2_X = 0x2bdaf5fc9713415b4c3f79d66160790dc489d04ce7349f2c7cde3b9d9e49f683;
    uint256 private constant IC2_Y = 0x1c8abfca9c45b78f83ab1cfb3ac50b3c315b9eb40ae491870ce33c6b401fce21;
    uint256 private constant IC3_X = 0x26d1e8dee5ed8a9563d36fd988483f716b8a42aec7d5d671057b28733a94907b;
    uint256 private constant IC3_Y = 0x128979e304897e68bd8bbd7da48bca3a6eaeae4c54fa44674c4df27428dcb12e;
    uint256 private constant IC4_X = 0x221352262818710e30c5371d765dc3911f50928c04fb8df1950157d2be1ef481;
    uint256 private constant IC4_Y = 0x010674c0fd69d4e2b20a317d0305d308e171f335fdc2c3e7f9b4914f65f62fd3;
    uint256 private constant IC5_X = 0x1f4872698f23e5d0c86af0344a46e4874d12f206ef3f54c76d0385db235bb4e2;
    uint256 private constant IC5_Y = 0x21865e0d1ba177614233f95fecb2b6c7b640926057093c635e23c50bb0f05a36;
    uint256 private constant IC6_X = 0x1409a3b47f616553e8a35e75dfae16efa6bc0c60de2e4da1c5f4243b57938e13;
    uint256 private constant IC6_Y = 0x224ffc2d407eacc8957934e782f88ec6245632b761f9ef2c6cf5c3ac3f7b432c;
    uint256 private constant IC7_X = 0x14ecabf64013834a0a8b97c204ee146d7d44afac6e2f28e16f1abdf035658af2;
    uint256 private constant IC7_Y = 0x245ccb0ce48fa9550ade740abbddf46893ec5023bc00eef2aba193c37888c4d7;
    uint256 private constant IC8_X = 0x02c0addc0cb3ca20ae253d20c1531388c7cd477365bc943085c2159f47936073;
    uint256 private constant IC8_Y = 0x2f96a198cc1ad24e160b638d981ec30ca0f36ac4fe65c88436013643a2fc7aab;

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
    function verify(uint256[8] calldata proof, uint256[8] calldata inputs) public view returns (bool) {
        if (inputs[0] >= R) revert InputNotInField(0);
        if (inputs[1] >= R) revert InputNotInField(1);
        if (inputs[2] >= R) revert InputNotInField(2);
        if (inputs[3] >= R) revert InputNotInField(3);
        if (inputs[4] >= R) revert InputNotInField(4);
        if (inputs[5] >= R) revert InputNotInField(5);
        if (inputs[6] >= R) revert InputNotInField(6);
        if (inputs[7] >= R) revert InputNotInField(7);
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
            add_term(p, IC5_X, IC5_Y, calldataload(add(inputs, 0x80)))
            add_term(p, IC6_X, IC6_Y, calldataload(add(inputs, 0xa0)))
            add_term(p, IC7_X, IC7_Y, calldataload(add(inputs, 0xc0)))
            add_term(p, IC8_X, IC8_Y, calldataload(add(inputs, 0xe0)))
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
