// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of holdings-16/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475
/// from a development set-up: whoever ran it can forge. Not for production.
contract Holdings16Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "holdings-16/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x73980b5cd8a839120b8f9ffb4ea8af3159d7ab9bdc035d5028dbb34a5f461475;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x03468d83b52cdcc0e91ee75ab18b30a1956ceffbba537807b756d38d697450a6;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x1e69def57b3a44f8c640355c3478159ae41c245bf24b47829c3cc0c24c032017;
    uint256 private constant MINUS_ALPHA_Y = 0x1a6eda9073f606c00a5b8678ca83bd8a82c96d6e415a89b32f3b79af4f6a57fa;
    uint256 private constant BETA_X1 = 0x0a01bec9485c8e939e357d5a0453fc6e46f575c17f9ea1ff25ea9ba80615eaf7;
    uint256 private constant BETA_X0 = 0x108319bbc3b3329488d0eb2e7cd66515204f7cce2116765e30b089a4baf0132d;
    uint256 private constant BETA_Y1 = 0x0681e25ff8ba274d9add35319696be8aeb1620007feaf6caa8f08bccc9ae635f;
    uint256 private constant BETA_Y0 = 0x2ee5b1144033d2b98687d3c0420d22cbbe82964d7fb6b1d27bcfbcd4a3fc9121;
    uint256 private constant MINUS_GAMMA_X1 = 0x028f2ed1f8282b671f5b9f77a8a386689b9f8b81cebaf2884f12ad4bf902a2fa;
    uint256 private constant MINUS_GAMMA_X0 = 0x0d01a351e2f67eafca4a2a14aa68666dfd93c28d2f4603509cd04212ac3d1afe;
    uint256 private constant MINUS_GAMMA_Y1 = 0x0c6f7f65e8eea1a5d880461cd948fa77fdb2f6eef6951dc1091ab30b9ef3598e;
    uint256 private constant MINUS_GAMMA_Y0 = 0x20e2e697f961fbb9c1d78cf935e08118134ede80919d9c8e3c21440262ad5dc5;
    uint256 private constant MINUS_DELTA_X1 = 0x0ef523ddc4fe6b3ad498eb25409ce9cbe39d2e8a057a9f2c5a673cd59c789b43;
    uint256 private constant MINUS_DELTA_X0 = 0x2ef4f6948daf3508cf1762d0d987704974a956d6ec625cfcbf51072082ff266d;
    uint256 private constant MINUS_DELTA_Y1 = 0x2c948fefbb300fd791ff5d696d6cbded2d9ae6d5b24171fb4dba3f3b5adb728b;
    uint256 private constant MINUS_DELTA_Y0 = 0x0697e5e38d3080db08321b0574bcd675536c5535023c01b7e67b0a5a190128a5;
    uint256 private constant IC0_X = 0x18f34565386c83d8a58c44ca8a1c6b7d725fdc7f929860aba49cb7e6d4b79055;
    uint256 private constant IC0_Y = 0x130c0c90a042a2e2c3773e21f5babfa3ebfc6f00b6a79a729a589c69dea35eca;
    uint256 private constant IC1_X = 0x082b21408209f1143cdfe3f292a3bbe9a664bb913637e5eb32c5efe64db3a4f5;
    uint256 private constant IC1_Y = 0x09eb1b4ec92bad30be8c060b6e7baf8c2ce93883b15c18b569e3bb9884e9e1d6;
    uint256 private constant IC2_X = 0x2da52fe9f0f8f0cead778a1ebe5125eae332da0a46b7a2586fd4e0425eb275de;
    uint256 private constant IC2_Y = 0x1f1af2a77ebae5810f5c9dc782a2f92c358c465ddbd25c9bdb5bfb8641af442a;
    uint256 private constant IC3_X = 0x19c391ad1c28d7ddef2a9efc16936b76bbae9b5aacda1d2248727d3e62e4573b;
    uint256 private constant IC3_Y = 0x2ea5b243742aab501fffc3d580083a76b779dacd0d50b999cad0a0cb63ddf507;
    uint256 private constant IC4_X = 0x136d13baf258e8d4847d3f6d30f9ab04e8ce7778bfd0e1f93c77234a5ef35b8d;
    uint256 private constant IC4_Y = 0x231de9f35dafaaf98981bf7412682ebc5b489b34919a9852698cd4c372d453b9;

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
