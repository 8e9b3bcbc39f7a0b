// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of coverage-flat/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411
/// from a development set-up: whoever ran it can forge. Not for production.
contract CoverageFlatVerifier {
    /// The circuit and its version.
    string public constant SHAPE = "coverage-flat/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0xa5260b7e4dc74e5ad2784b0a39d10ad9a217f24452e68d8808b1ac7f99114411;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x9c4008e7d04644137337b54ade4ae55ddb273fc0ba03f6836c37f6fa33901223;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x18e61eaa6ca034c44799eeb14cfa26b2daf5ead8db433832189f9e7ab8b2977b;
    uint256 private constant MINUS_ALPHA_Y = 0x036fac9060275cb33a176c144b938aa8e279faa66f548e4c508cf36fd37c9b9b;
    uint256 private constant BETA_X1 = 0x28b5fffbe5f70248d6c8422136f60b9de9e4ab86c1235c017371aeda63f8395c;
    uint256 private constant BETA_X0 = 0x2e18be475c465ae5a4f28f1f03e75dd25f61abd6e728ff188ba7c71fe992d8fc;
    uint256 private constant BETA_Y1 = 0x27d49c2a0da3b2cd299daf57fe7a8c2f7e857bf367fa9095ed29bef3a572965d;
    uint256 private constant BETA_Y0 = 0x072493146b667acbc6e5dd1b70895600442c06e58fca59d125ec1b4599a6f13b;
    uint256 private constant MINUS_GAMMA_X1 = 0x253d064f39b98484dd5ec32aa934285b8baf4e44f4f555c6aba20a2761ac9c64;
    uint256 private constant MINUS_GAMMA_X0 = 0x2cc471e3b286a1cf3eb917a1c8996e2e47cbb0c3969c956a6336eb5de284ca36;
    uint256 private constant MINUS_GAMMA_Y1 = 0x0788824f117c650843a78158f94ad6d176c02dd48d1cf21d02f277ca0aa59832;
    uint256 private constant MINUS_GAMMA_Y0 = 0x0b90dfa2d04d32b3b89b3daa86d9ba40b4fee79e04c3298808af650743e473ed;
    uint256 private constant MINUS_DELTA_X1 = 0x24d2cdf3ab80fa65bbd82bc05739e23dd285d406c289da9550baa0e79904ed68;
    uint256 private constant MINUS_DELTA_X0 = 0x03fc0fdb7d4ca9179e0746b58fc638b6a0a21f67cb53480119502a7719ace7d2;
    uint256 private constant MINUS_DELTA_Y1 = 0x29678f06ad3e324d07d456a3eca8a16c3fb60a725284e021ecb6a23c76c65676;
    uint256 private constant MINUS_DELTA_Y0 = 0x04f48504a136619f8c8ecc07c58656a10a6042d0b7b3760f10a5939d6658e75f;
    uint256 private constant IC0_X = 0x2084e54f918e286329c402b9a2f90f8877a6d3f7d45ff3c952e8a6d46f09fa7d;
    uint256 private constant IC0_Y = 0x1dd248b867df5a7c0c2a24d43267fdab3d0395a0d1eaf84b985e4fd9404560f1;
    uint256 private constant IC1_X = 0x029e5292482e2b6126902f03b9b57e092c49a606165f45984f7d1f5e92feb82c;
    uint256 private constant IC1_Y = 0x1502114b5adcdd05f2180a167d737b48f5d640cedfdaf3e01b83aa80ef91e0ef;
    uint256 private constant IC2_X = 0x12b7e5c1f4c03e974cf9c3eba3853965429f208337620038eadd4f0f5784d1b9;
    uint256 private constant IC2_Y = 0x17dd4aa320112e77fe1f38aca840fce6207698e88c9987f9de3b66d765e850eb;
    uint256 private constant IC3_X = 0x182b00df75ca47e3370a605a3244166224d719c310970952d6bcf4074cbc4b80;
    uint256 private constant IC3_Y = 0x2de08258865187d158b40c5fdd1f06f09c85aee34612e2107e1db0bdbab04c33;
    uint256 private constant IC4_X = 0x0c55d02fb98866e9b6b83afc28d9b62b08d8b6300593beca5b1ce8d9f07f5b3a;
    uint256 private constant IC4_Y = 0x23b9d4ad032aaed196ccbf9e0534edcd1f617688e0d461916f97bd9fd614e7f3;

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
