// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x8e0fed5e03118a362f30100ed7b6aa89bca37754c782e96de7a6c7859c69bf89
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of holdings-256/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x8e0fed5e03118a362f30100ed7b6aa89bca37754c782e96de7a6c7859c69bf89
/// from a development set-up: whoever ran it can forge. Not for production.
contract Holdings256Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "holdings-256/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x8e0fed5e03118a362f30100ed7b6aa89bca37754c782e96de7a6c7859c69bf89;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x157e44cde0c8a03bc7a07f64694eb0854ca724c55dbd896bee3d106dffb08c7c;
    uint256 private constant MINUS_ALPHA_Y = 0x1c622c295cc23effe561ad67f1bcc684cd44b56f0da798699dcc6d0b5cbc2972;
    uint256 private constant BETA_X1 = 0x2c16eb334c418104456305cc6c000fe381cad2dd80f2194224549ba93326cb47;
    uint256 private constant BETA_X0 = 0x0a51a4e29df7c569e8305e8b5e9b62264f0fda9a136ca2e61c74945b93c06b88;
    uint256 private constant BETA_Y1 = 0x00e28696ef74d01b7a22ab40c1952e70ec6070cfdda1a7f804b94766a658b56d;
    uint256 private constant BETA_Y0 = 0x2319d216e1159a4ca81da3044c7515ee499ee0686300489fc1fcdfaa9ffa98bc;
    uint256 private constant MINUS_GAMMA_X1 = 0x2cdde69c8b859c05d57caaf36760701730e7e904f073186ffbe9017b4debb9ff;
    uint256 private constant MINUS_GAMMA_X0 = 0x2313d43e3578381c62741a1cc2e7ea3baf86473d7872f9f31d1aaa58b363f396;
    uint256 private constant MINUS_GAMMA_Y1 = 0x234890707a07fe84dc80117fd2aaaeba95ce247c2478001c179d0ea01973503b;
    uint256 private constant MINUS_GAMMA_Y0 = 0x24cb91277283b52018556078cb998be5650ea6701b45c467d2bd52b8a866fc4d;
    uint256 private constant MINUS_DELTA_X1 = 0x02299a91e9b9d7bdeaa6f71fed0519d17f707a3008715aff56a530d339d6b3e4;
    uint256 private constant MINUS_DELTA_X0 = 0x1a75ed4c96ca79b033f0c4d44b35f106c2d69183e0bb72d9db3cab555cd4f3eb;
    uint256 private constant MINUS_DELTA_Y1 = 0x07caf64c43effa8b2796aafbcd152fce37af0b541c1616984bd5bad3ce5f2bf2;
    uint256 private constant MINUS_DELTA_Y0 = 0x06ad5027045b06121588773427c1900b03d2e563d95e5073cf85ad6490b402b7;
    uint256 private constant IC0_X = 0x1b29015754756189c5a66e21b3edbaf05a3df13ff416460dc98e1c861a0486fc;
    uint256 private constant IC0_Y = 0x03fb04033b212f789f8fc1c9b9cf44e1f9b058c6a736a736d2c13f272aa0dd80;
    uint256 private constant IC1_X = 0x10f3bee7b869279df9b281966eeeed7578ab6ab6504ef8aa212c412a39f4d29a;
    uint256 private constant IC1_Y = 0x0882772d62adbbb2e850c741df03cf8f4245df542d865d18fb373ece2c0caa58;
    uint256 private constant IC2_X = 0x0c9a5688b91655ed1fc1b42186c625b277bb8f0f8238f15d104725ef7f6b4eb4;
    uint256 private constant IC2_Y = 0x0170740f5e96fa530d924cada1c826081ea30b374cbe83ea84ea3db3f7d34915;
    uint256 private constant IC3_X = 0x1d9d701783ab6824f2e161e29cfa566c27260f65bac784ae82e12c6714cf7cd2;
    uint256 private constant IC3_Y = 0x0eb7b42b96b76f5f5788d6950f67e590ef214bba9217014bcd29ccdc8757e37f;
    uint256 private constant IC4_X = 0x2048ee4a9a9ffb87cfe4e21ca7c64e13d156552c744208a3758561da37719803;
    uint256 private constant IC4_Y = 0x09bd4cf4bdaa5824db69ce2d954595638f5414aca2a018a77c1e96cb34c982ba;

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
