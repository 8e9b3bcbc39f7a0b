// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x7af8b9b803bbda0b286201701b529e5fd075d64bd9e2a214851351a7faecfb91
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of repledge-3x4/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x7af8b9b803bbda0b286201701b529e5fd075d64bd9e2a214851351a7faecfb91
/// from a development set-up: whoever ran it can forge. Not for production.
contract Repledge3x4Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "repledge-3x4/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x7af8b9b803bbda0b286201701b529e5fd075d64bd9e2a214851351a7faecfb91;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 8;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x25b50b09258c17eaaec71c9d4dd1272f7087d3ff30f47ae24181525e7e0bd824;
    uint256 private constant MINUS_ALPHA_Y = 0x1f829a32d27f05c18ef363bd5a6878092a7616acd9ab65f3ae8f5671224196ac;
    uint256 private constant BETA_X1 = 0x1d1aeaf524cd4397123ca377f39d81e0630ffe0d39df26904366dfe12758104d;
    uint256 private constant BETA_X0 = 0x20c156c9d59990a71105346c7e48e904bae9cb7f2ae12946feca9869fdd97ca2;
    uint256 private constant BETA_Y1 = 0x2c23b451193a491122b71a0a2ef6878b55471919425f2f54742d443503a0df97;
    uint256 private constant BETA_Y0 = 0x14224c925eeb6e61b21d157ce0aa375221a2449bb5145d1bc2ed4fceed63e2a2;
    uint256 private constant MINUS_GAMMA_X1 = 0x166b169646df5a04497fb9ab3c9da7c6a6ff997599032aac53ee8d7008c3adf8;
    uint256 private constant MINUS_GAMMA_X0 = 0x1ee4650a39a5fe7fff3f0f52658b9c31681284edccf2dd5f69c93c95be21d726;
    uint256 private constant MINUS_GAMMA_Y1 = 0x162addec00adcac5e14cc5c703c7112ead653a4cc18efb9c16e1eff97ff469e7;
    uint256 private constant MINUS_GAMMA_Y0 = 0x2f9a423bede5ac1a06d7e04f7f49b86fea396d717fb081c86b14bcbf7b84f33c;
    uint256 private constant MINUS_DELTA_X1 = 0x2b3cbca93732f4104925f8372413f320abceb6b2c04d7f0da96cdb6aac1d0eb5;
    uint256 private constant MINUS_DELTA_X0 = 0x08dae75a2b1e656f34fa91ae534b2274473d1e5e4c2e7cedbadafe1181046610;
    uint256 private constant MINUS_DELTA_Y1 = 0x1bb378d78954bf718011763016046ce21eab30025df0e16491426d51163e96af;
    uint256 private constant MINUS_DELTA_Y0 = 0x0575211b29d3b089ffb1778845c78469c643503db2b9f4d2e1688b5191215478;
    uint256 private constant IC0_X = 0x112922dba10b9abe0cc044720c317021a0b7ce8b542b21384c53ef2c23fb5703;
    uint256 private constant IC0_Y = 0x18df0d161d5310f04838a505f3ad42306593a8f6b2158811324163771728b816;
    uint256 private constant IC1_X = 0x204c93f344072c43ce0c99daf3dedf15a6783a520d1b41a6d93b0a877b72aa0c;
    uint256 private constant IC1_Y = 0x21c8d7c04d11f35779c99576c768338d2550437f3a4bdb9d9a27f9cc7b8598f2;
    uint256 private constant IC2_X = 0x24be7e1f718952811d9d6debe951d9ee49b122662a9fe4f7e4bf2d2d0c433510;
    uint256 private constant IC2_Y = 0x2a10ef3782e92a6ac23f68483d709f5f1abad2c53330d787c6e6a193ebed054d;
    uint256 private constant IC3_X = 0x05c429ba39ce636b7aae5357e0005af7790e7c6ea33391f602f5492681a981dd;
    uint256 private constant IC3_Y = 0x1974b18a8c6f4065cb7dc42f3995f911b50f1c43f8d36188101c81ced4801fb2;
    uint256 private constant IC4_X = 0x0689611fb45479be517337e1dfe4356c640d1438f366bce7091284c7e67af813;
    uint256 private constant IC4_Y = 0x1f1f800ed6aa82f20bd88223a21e68e1b3d02868eaa843f95b9faef8f3bfb37d;
    uint256 private constant IC5_X = 0x2914a3537c44cd86bf39cc64a866a43e73e0b2034516f79810982dee02433a10;
    uint256 private constant IC5_Y = 0x0dece2da5bb382c797abcea6e6019541960836764358c8ccd6b6b13047bace54;
    uint256 private constant IC6_X = 0x05b6b9be8a41d4040b388a3baf7d3850d440a1a9784f55789adcc9d78c011b2b;
    uint256 private constant IC6_Y = 0x0edf685d78a74f94b61a3fe4947e73e4e8b15d3d7b05a44e616c4e113ad51190;
    uint256 private constant IC7_X = 0x219e51ae3abfa8f24f624222d9ac3f7a0e19feb50e54ed83f0bad4fb6cff70e1;
    uint256 private constant IC7_Y = 0x1754e5687934e0dc6e6ea2828fa0b59d9029ebd5a00ffe7a05a6df9c784e2b4c;
    uint256 private constant IC8_X = 0x1e63530a858f82f6b1d6f66df81e483c1182700c9d785ea5d83dc8b09bc48df1;
    uint256 private constant IC8_Y = 0x188dcb6fe7836bfcae12a8162cece69e6f7ab6fd4764e01ff7b438db0cceea98;

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
