// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0xd622eb57002a1c794e5e2c9b23c93258015889ceb07fc614181d1e4c4ce5752d
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of coverage-flat/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0xd622eb57002a1c794e5e2c9b23c93258015889ceb07fc614181d1e4c4ce5752d
/// from a development set-up: whoever ran it can forge. Not for production.
contract CoverageFlatVerifier {
    /// The circuit and its version.
    string public constant SHAPE = "coverage-flat/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0xd622eb57002a1c794e5e2c9b23c93258015889ceb07fc614181d1e4c4ce5752d;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x114760482baf282ac42e391cb4443fb193c28e30f8e93314960781bfb47d4343;
    uint256 private constant MINUS_ALPHA_Y = 0x1d99be7b7c310b50b3f03108439418f836840b89506dffd5f820780d65ae22fe;
    uint256 private constant BETA_X1 = 0x1224839a8b3739860b0335944e670c6c7be9d5bacd8f412ab6aa25b688de1ed7;
    uint256 private constant BETA_X0 = 0x186897ede93610f36c478a7722f1dee5420e4f44a6321a27b3e86839a4291b39;
    uint256 private constant BETA_Y1 = 0x2c7d3092f67d946ec234e41134049fd44180e32e95d41886ec68e77a64ec90bc;
    uint256 private constant BETA_Y0 = 0x2d72cb262cb2e6d8e0702919431643b467db94c5fc72cd65d669e92e70bdb5ac;
    uint256 private constant MINUS_GAMMA_X1 = 0x16c8e1b9a14be56d4121b15d043f2f3215d41980194c29372f7d7a49bd2b59bb;
    uint256 private constant MINUS_GAMMA_X0 = 0x2b869ee5efcd092b8553bef0ebd0581a0043539ca9d6b1487fd7cf75fe9d9981;
    uint256 private constant MINUS_GAMMA_Y1 = 0x14a41999091532662cb2c1d644fef977524268ee656d6c4f8a0bd9992d875cb5;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1d80d2f7fde5287d8fca7de3353a0ddd3720a76117da832b6cbdfca1b814c1c0;
    uint256 private constant MINUS_DELTA_X1 = 0x026f31505f885967eb8e08de2b72c5c84a36bbd84b3b50c4fa6c50f2476f6278;
    uint256 private constant MINUS_DELTA_X0 = 0x0309bd975a8fb8b877e3dc2add1fc5fb8954e66521003b741c846c8cb434080f;
    uint256 private constant MINUS_DELTA_Y1 = 0x20bb2aaf47ccba2f0e75f96d64b44c5ba559d41f94c7b1ede62eba58e349b8f7;
    uint256 private constant MINUS_DELTA_Y0 = 0x00e86639e7451d96114016bbf125aebea6a82b709ac125bd84e496bf7dd8b886;
    uint256 private constant IC0_X = 0x28b06421d66269661e39ee6055ca6bbf1029cab6f25953cd14609527c809e239;
    uint256 private constant IC0_Y = 0x04d5a89dcc6dda5f952e93e9ab17ab60101c6d03a788c6125f6f99b97b250bbe;
    uint256 private constant IC1_X = 0x0bff619e76334df4bc6c4cd05c28cc5342c8306247d1d271dd67080e1f5fd4da;
    uint256 private constant IC1_Y = 0x2bfe77faf6db025bddba55be2d2dac34c53ef2c2bac0fa9307f3e5d33ef9af50;
    uint256 private constant IC2_X = 0x1bcd3bad4e33dcd550b8a734cc13c730fc51a2b3311f9d53f992a6a1d7a75fae;
    uint256 private constant IC2_Y = 0x130edcd47d26208114bfded5ed8c8731339613577b555c4b25eb6bc73e649de5;
    uint256 private constant IC3_X = 0x22032f4e4bbbe56c6578e7ead327bda4f043dc4fbc35bca9dc53313504940ef6;
    uint256 private constant IC3_Y = 0x04c56e7453a79899e6767e5142dc79cc5800e0f38030097b6fe33c60a0ad1127;
    uint256 private constant IC4_X = 0x009821ef4965c19d02e719c3e09cde7beffb53b5d20fe1c3b0453e5f8bfca37f;
    uint256 private constant IC4_Y = 0x2acaa04308c51a2b275a396373fc16a09931c8afa57303da43ecb96ecdcedb62;

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
