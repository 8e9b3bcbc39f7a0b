// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of allocation-4x8/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378
/// from a development set-up: whoever ran it can forge. Not for production.
contract Allocation4x8Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "allocation-4x8/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x9cbb4e51fb7048d9d73806fdfde3618271daa2cc6687f65541ceb4a60fd4a378;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x5216885c8ce0894ce5bca633c33e0e482d4170f149ea6c335743ddf76aa8a92b;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 13;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x2a719039bf536d939bb87c8fc4fe5e18429b1d9661577336fba5a240800f0225;
    uint256 private constant MINUS_ALPHA_Y = 0x030342327d6297c17dc1edca9aed999a888e28c585aaea3bdbd522cebfaf73f3;
    uint256 private constant BETA_X1 = 0x0f79e990d83b7e017ad1c0ecc657ccc07d51107ae5c6c86f0a545f5a16ff2a05;
    uint256 private constant BETA_X0 = 0x0eb7615481b2b40f7648316da6f09036cba067125da11748ec9603514b3353fe;
    uint256 private constant BETA_Y1 = 0x27fac13c8f46373aa06768bf1d571472e2e3f7ed62777bff9f34ab6db1920078;
    uint256 private constant BETA_Y0 = 0x0a0ac5669f07fe1839d427483caa2abc4baefb5eaac2dfa25255dd706a2d8c9c;
    uint256 private constant MINUS_GAMMA_X1 = 0x0a3411f36bef4ef80e414b1eee29bdf05fa2cb6d617d5af9fdc9911e4e259f7c;
    uint256 private constant MINUS_GAMMA_X0 = 0x0211c8930dae9fa3c80fd56c050bf41531d86eefe1f30d27faa347a79df94242;
    uint256 private constant MINUS_GAMMA_Y1 = 0x1b13a283faf37f43230fd7fd85436538b4cebadf33c428af8358ade2170e2cee;
    uint256 private constant MINUS_GAMMA_Y0 = 0x2b2ed7ffb1e47eabede4e10b41b6080c621768a18b079b769d7a1a9c61e512de;
    uint256 private constant MINUS_DELTA_X1 = 0x209602dd2574c3fc563096091e9c1dcb42264a653dc6c6da6a05ec7ecd2b1519;
    uint256 private constant MINUS_DELTA_X0 = 0x27b3b81c740360b0502cf8ad7e45f34ee580a212d3de332a92f8d0857b56a88b;
    uint256 private constant MINUS_DELTA_Y1 = 0x0c67dbe78349dd9f65138af51037475be80811c677d5674284fe6eacdeaaecc1;
    uint256 private constant MINUS_DELTA_Y0 = 0x141bb802e4ce71b2d2b3b607c989d208bb41fda28cbc370d8b901a6ee4381e79;
    uint256 private constant IC0_X = 0x2b10172c556c2bbb2f483b7d4a60bf5cfeba83c92f2682053507cc9748f776f0;
    uint256 private constant IC0_Y = 0x2b2092ae785256c916d4279750f473c99114b6234142c9debe6314e1fbbb4f78;
    uint256 private constant IC1_X = 0x029126e00647bdaecc16222d9f9c898ba9224f48d13faff1d0e1c7364d6bd9f4;
    uint256 private constant IC1_Y = 0x0ddc068ede86d40ec8e4e05c35a12411574d32fdf5b16d02c782092eb712a159;
    uint256 private constant IC2_X = 0x19e0f9d60087bc5c6fa1c4a30ab349c3939f41762caa426a8408201f5c9ec65d;
    uint256 private constant IC2_Y = 0x1c58d5de8a7ecfd8858b1b97b1e79828502a1f29d78454613424b527ebe754d6;
    uint256 private constant IC3_X = 0x174dd19d6bab98c3f23b4eb93229d6e239068541b6f72b77bdf3ee29e1b7a0cc;
    uint256 private constant IC3_Y = 0x2ae8794eab4fe1a1bcd1195b9a605d549deaef55801d3ff7f180143ac8a7a5e1;
    uint256 private constant IC4_X = 0x0bf0b12259c648e7b75f5a0439b17822fec653fafc595c82824585d47dd8047a;
    uint256 private constant IC4_Y = 0x224d5658af29cb58aecc2e2a712acb70d902df7560388700acdce80146a29c91;
    uint256 private constant IC5_X = 0x1e8a1649fe97c619a9d0b12d17b41906a9876d64d547123c4c5de2a5241fd216;
    uint256 private constant IC5_Y = 0x2f24a401276bf0dff8b5ee1b77253afbb87f3627c072c3f95b505f4ea9c81d39;
    uint256 private constant IC6_X = 0x16f9a69e9f919de8714fca35eedd606931274a123c046d53c28263fbcd023bcb;
    uint256 private constant IC6_Y = 0x296afd1bfcaecc1dd3154b3a97cdba446e851d2be63b2b2cfd5ee425396d4b20;
    uint256 private constant IC7_X = 0x21cc62d70d9b9a2bf493228138b04e1ac2fe04306c1404976adc9eedb7fda3a7;
    uint256 private constant IC7_Y = 0x0e45be4b08fa3549bb45cde745c0a30f051922b35dfd6404f0c44c530fa34363;
    uint256 private constant IC8_X = 0x253cf6be855775763f48fc732ce7815adf182b1512a3a4486e8359998dabb79f;
    uint256 private constant IC8_Y = 0x0c2cda47167994339aada898dc9c2c4f3f1a64e5c999a253d5391e1200fc7688;
    uint256 private constant IC9_X = 0x2a65325bdb28f516aaf720765b6dee3f1288cc5ca5af21c938da9d246b957a69;
    uint256 private constant IC9_Y = 0x209fabe5fec0dd5786b3a7a1106101815357fd56a25d6dad94410eaaa09dc50d;
    uint256 private constant IC10_X = 0x23ba1a8eb6d8f8db8312d681b9aa456d77597d0d8c950212e65164cc58976b96;
    uint256 private constant IC10_Y = 0x18720fdb08012922789ccb6c99344dc7ef48df5c42382f010a44abe715ee092d;
    uint256 private constant IC11_X = 0x129250688d64155ea143aa9fdb9cb1c2dd7a8ab91e875149bdb32f2e29c0dafd;
    uint256 private constant IC11_Y = 0x042b22f7ebfc6d22441484f209b36199fd80abc8f3a1386337b1f5e4719355fc;
    uint256 private constant IC12_X = 0x0c73289f7161a2826458efe05b401597622bd4d34f2a5fd13cbdfcc37348a37b;
    uint256 private constant IC12_Y = 0x21e7107aad187b882b6a3b771c6913878b67a1a35311786241b8a4bbbf2ecd3e;
    uint256 private constant IC13_X = 0x167524b4b1fb674c01d5a721a00b234bdd42e3be3aaca42a423ae5c09387949d;
    uint256 private constant IC13_Y = 0x16534130589c8b786f522b0820cbf68970e3255e315b1563d6e27bf69669b5d0;

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
    function verify(uint256[8] calldata proof, uint256[13] calldata inputs) public view returns (bool) {
        if (inputs[0] >= R) revert InputNotInField(0);
        if (inputs[1] >= R) revert InputNotInField(1);
        if (inputs[2] >= R) revert InputNotInField(2);
        if (inputs[3] >= R) revert InputNotInField(3);
        if (inputs[4] >= R) revert InputNotInField(4);
        if (inputs[5] >= R) revert InputNotInField(5);
        if (inputs[6] >= R) revert InputNotInField(6);
        if (inputs[7] >= R) revert InputNotInField(7);
        if (inputs[8] >= R) revert InputNotInField(8);
        if (inputs[9] >= R) revert InputNotInField(9);
        if (inputs[10] >= R) revert InputNotInField(10);
        if (inputs[11] >= R) revert InputNotInField(11);
        if (inputs[12] >= R) revert InputNotInField(12);
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
            add_term(p, IC9_X, IC9_Y, calldataload(add(inputs, 0x100)))
            add_term(p, IC10_X, IC10_Y, calldataload(add(inputs, 0x120)))
            add_term(p, IC11_X, IC11_Y, calldataload(add(inputs, 0x140)))
            add_term(p, IC12_X, IC12_Y, calldataload(add(inputs, 0x160)))
            add_term(p, IC13_X, IC13_Y, calldataload(add(inputs, 0x180)))
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
