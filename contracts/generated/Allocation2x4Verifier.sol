// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x0554c5d17bfef2b75512440ce149ec14ad1043cecb158d78da97f0d53e818008
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of allocation-2x4/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x0554c5d17bfef2b75512440ce149ec14ad1043cecb158d78da97f0d53e818008
/// from a development set-up: whoever ran it can forge. Not for production.
contract Allocation2x4Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "allocation-2x4/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x0554c5d17bfef2b75512440ce149ec14ad1043cecb158d78da97f0d53e818008;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 7;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x092e077acb6ec63f44f43dfbe4200b45a3eaaacaef45a6e8f816d0923d9397d0;
    uint256 private constant MINUS_ALPHA_Y = 0x1a1d8fa19b1868591bd96cc4647a2c14226726ba96acdde7aa55726548f944c8;
    uint256 private constant BETA_X1 = 0x2d96ac052de122315d77d090f923ea227d1a253ef6fb038902f20fd0766ad140;
    uint256 private constant BETA_X0 = 0x1f8ac38d3faeeb77ce2ee350bb92e35979c2c11bc8ae881e2ae731880b427e51;
    uint256 private constant BETA_Y1 = 0x070ae660654e60ccbe4528f0e06661d9a8c4f85a9e67263cef63d30f49e7fb3a;
    uint256 private constant BETA_Y0 = 0x0f54071cff10af10730ce9acc6160a696f639a798d66b35e91c951c43d3ca238;
    uint256 private constant MINUS_GAMMA_X1 = 0x1def10d4d3138d5452631b299b6e56cca3cacb193970f6b548a0b3c9091cec1d;
    uint256 private constant MINUS_GAMMA_X0 = 0x29d3e4071bf78e8f884e951d160a1b41223ae6b28537949135e20540e0a3f139;
    uint256 private constant MINUS_GAMMA_Y1 = 0x3048a01ab0f101578963fe70882b2b6d064a11861970f14608948634107a5c39;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1f56416feb6facd062e3aa6c0aa89133e1c3ac2286849fbea002a0c73281c6e3;
    uint256 private constant MINUS_DELTA_X1 = 0x0b5fe139f0e3b60692a649af559c8d60ff38697ee5b37ce7eacb38839089b880;
    uint256 private constant MINUS_DELTA_X0 = 0x06f5a3e8db240930779e56ddb80f7314eebb0b2b86f7eb46dd3a6a859c2a3f98;
    uint256 private constant MINUS_DELTA_Y1 = 0x0701d5e572eb6c95f6fe56eb6f649e9ed2487c2b361e963f80de5127df9da3d1;
    uint256 private constant MINUS_DELTA_Y0 = 0x02c47db9c05d2641616eab83a00bff972e555d3e3e2f69b0bee0332e937fe964;
    uint256 private constant IC0_X = 0x02f66020696b6f0ad0c2c7da2045ba33a087c0d1eba63e20f126610c90e8b502;
    uint256 private constant IC0_Y = 0x18e885bf2202edf476e093d03c272b9909f1e925f118cf777eb8c9c6f778f236;
    uint256 private constant IC1_X = 0x0d30b05d46dfb68e6b7dcf3b4cfe8df232c2cb89289fb8ac9c645401bdc10d6c;
    uint256 private constant IC1_Y = 0x09b2a7f8f90961af167e826c8822dfc6475687faf14eced75ca42437960a9651;
    uint256 private constant IC2_X = 0x2a9e7948111a70ebe1b1ca4c4b688e95806e1a94c7dd924bae746aa28758c015;
    uint256 private constant IC2_Y = 0x26eb9188448f0f6597c25b67ed5ff01118df2a45f00d9050e1a122a9a693f30c;
    uint256 private constant IC3_X = 0x19502089964f46e90eaa6d8c881c72c41086aa7b93826cea6b82f347db89c4c4;
    uint256 private constant IC3_Y = 0x159171f8fbf75e4e863646d24efb59c332ab6befbd3e64b24aa76f967e46c9a7;
    uint256 private constant IC4_X = 0x26d7d6765b601d8a14aa460f026a3fbf0df2e6e55ec5c410d70b90080d12fb07;
    uint256 private constant IC4_Y = 0x254424380e1cb52cdfbf35ec162f870072c0e1c01c42a9a667f0d7dda25f2d20;
    uint256 private constant IC5_X = 0x2cc806fe66d024e27fed04b84d03ade064098c95918c5a6108fe619b59dae2aa;
    uint256 private constant IC5_Y = 0x13c3ec099a183d0abed9189450bfd072de3d9a01ac99e3738eccb3455858efa5;
    uint256 private constant IC6_X = 0x11b6075d8f7d47f2f51e6b85ee71dc7234c8bc70721213e469a336d61effbf5a;
    uint256 private constant IC6_Y = 0x0be2655f38e65e9c93fb056fcdb88e19185c711b640758770cf1e2625dea024c;
    uint256 private constant IC7_X = 0x254a3a190dbf76025a4fce864486f8dd48d882d7a276246d641b1a55242ec1b4;
    uint256 private constant IC7_Y = 0x13373455b2319692f9e2722e26cb0767d2f7e5a94c55d4611dcd10061f3109d7;

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
    function verify(uint256[8] calldata proof, uint256[7] calldata inputs) public view returns (bool) {
        if (inputs[0] >= R) revert InputNotInField(0);
        if (inputs[1] >= R) revert InputNotInField(1);
        if (inputs[2] >= R) revert InputNotInField(2);
        if (inputs[3] >= R) revert InputNotInField(3);
        if (inputs[4] >= R) revert InputNotInField(4);
        if (inputs[5] >= R) revert InputNotInField(5);
        if (inputs[6] >= R) revert InputNotInField(6);
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
