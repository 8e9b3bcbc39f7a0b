// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x9af3835210ffbe71b61d21a31ff267836c590c7268c0c7182a9cd16a1e36628c
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of holdings-16/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x9af3835210ffbe71b61d21a31ff267836c590c7268c0c7182a9cd16a1e36628c
/// from a development set-up: whoever ran it can forge. Not for production.
contract Holdings16Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "holdings-16/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x9af3835210ffbe71b61d21a31ff267836c590c7268c0c7182a9cd16a1e36628c;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x26fb7a23bae35aee7122c812701ec5b31caae6eb1b4ebc4bb00487c73c7de433;
    uint256 private constant MINUS_ALPHA_Y = 0x0ae44474acbe3aa57b33d174a649fb1b820bb68d3e4f72bf65afaaf777d0195f;
    uint256 private constant BETA_X1 = 0x26d75a29c6c125a1233a733a10910f4e38863f73927c78239090c16e327e4aee;
    uint256 private constant BETA_X0 = 0x210165e31152edc2bb99ef154e23edeaf933d8c3e3ffe573f734620297c207d9;
    uint256 private constant BETA_Y1 = 0x1ec7d1e3975c618bd7afdaf31fb53a7b95b75441691b7a65fa5f2517e231f073;
    uint256 private constant BETA_Y0 = 0x12128d50b6d1ce2242cc66ac649c51d34349686aeabaf6408441f5cb4dfbd38e;
    uint256 private constant MINUS_GAMMA_X1 = 0x04c5dcc3eb5e944a1ec2fe9178d64c4f8f53482689d8dae6f54ef0ec572e91c4;
    uint256 private constant MINUS_GAMMA_X0 = 0x1691990515ce5ee99396a3356daeb7cb9000030336df6a232bc93f76704fbd5e;
    uint256 private constant MINUS_GAMMA_Y1 = 0x1a86b2e7900129b3de8a390b746eab43991b3abf29147adae4e6403c2f37cb4f;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1a61ca12146dd13a238c294c63c589d609531a395fce8f6ca1df329f95519c27;
    uint256 private constant MINUS_DELTA_X1 = 0x20ad1bb7bffba206766558c4a5a9ae2a155a4e20892857e8cd26b2ae9fa0a8ac;
    uint256 private constant MINUS_DELTA_X0 = 0x237bd63de423e3301df03cc947b7bc541dd02c8982ccc73b04c81c640b72b326;
    uint256 private constant MINUS_DELTA_Y1 = 0x0114332be68d45bbfda8058bf2ee4c11d71e834100476ca1c2c394f5c3ed9475;
    uint256 private constant MINUS_DELTA_Y0 = 0x01a962710fa41c658dae7692c2a63d34c3da1f81fc9a57b0bd05c9daac7591da;
    uint256 private constant IC0_X = 0x15394890b49fea6ab3f52395366fbf80be5c873f6c4d7bd24aad32ac97d5f508;
    uint256 private constant IC0_Y = 0x279275cfd34994e7d2949e17110352af9be2e5fe12934ee37245d23fbc1a9658;
    uint256 private constant IC1_X = 0x103de0ab9c382e2bc88a4fbdac9460e7b2e57ec0c55cb7664aac5744f80a893e;
    uint256 private constant IC1_Y = 0x01193c9c66366ac3fe0d558fd01baf70e886b6430d7b60abd49cca52c05a4779;
    uint256 private constant IC2_X = 0x0afeb7c8256245366a7861133529dbda3d1d4235631476e77b0572e27105db52;
    uint256 private constant IC2_Y = 0x2d21b9ed78d591222b22add195df672e5267b4817d562a4b921c49d7281cd460;
    uint256 private constant IC3_X = 0x06cb8073d224bbec9c822c2e6894ef6ed342213071938a95da460d77cc5e2bb0;
    uint256 private constant IC3_Y = 0x258265b8aac16b8eb60f41bf626dc88e8bbaa66075041ac8cd851e04a5792dc9;
    uint256 private constant IC4_X = 0x192d39d63e7d0d4513b2e9ab6e054214e5fd0bb8062366065d2dab94662f8e48;
    uint256 private constant IC4_Y = 0x0b3fd24e81168b2083e6999bd89de42f9cde6090dcdf431b0e92bc4523bc1fb5;

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
