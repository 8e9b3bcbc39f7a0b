// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of holdings-256/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d
/// from a development set-up: whoever ran it can forge. Not for production.
contract Holdings256Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "holdings-256/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x9f722978b387441450c7d77a8eae7a7df3a3aacfaac9745edcbe31b025d8882d;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0xcc49ed0c3684daff25a3acc249c63c2c3e597970268f3cbfc8baf425ea1cb57e;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 4;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x2128aaf910503c0a6b7da390fe50cd2fd39ce40937773dd99df885c9d967e71d;
    uint256 private constant MINUS_ALPHA_Y = 0x2be05980e68ab92989ce1dc577a3ee9b77da496485d35bc8f8a8bd0c25e1cdc6;
    uint256 private constant BETA_X1 = 0x23f07218c4935ff983d1849f30ffcbcd77553f43073265186893f675ddbb31ac;
    uint256 private constant BETA_X0 = 0x2aadc186aad30ffb3fb707034a9baecb33662b9781a433e16148f1c6f449a67b;
    uint256 private constant BETA_Y1 = 0x1b0799c5d235f872f4e291bc01322bfd3483e84cbcc7fded039acaf6c95789d1;
    uint256 private constant BETA_Y0 = 0x119c85ca9b559f5bd59c462fff31baf07442eb49f38352706f78f6c84291c1e9;
    uint256 private constant MINUS_GAMMA_X1 = 0x27c525f0e1c554bbf1c459d82fdef2b886fe613e8ba7c73a7a26de9cb7edf1a9;
    uint256 private constant MINUS_GAMMA_X0 = 0x287a4c7353e5c44d83c8f6a70cd2a4d46deefd403e6059e8138d9181f7777789;
    uint256 private constant MINUS_GAMMA_Y1 = 0x256e6095349a9079c04ecd17b9fff37d888eb8051c034d7248226150125d7e0e;
    uint256 private constant MINUS_GAMMA_Y0 = 0x1272dfa0d28b8a5fca9d618f5225968f772a4f9d2271cb0ee5ba2c211acbd1ca;
    uint256 private constant MINUS_DELTA_X1 = 0x2706abe2552d80c417ce82af3dea80febcffb0def5fee4fee7e7887707e7bc5b;
    uint256 private constant MINUS_DELTA_X0 = 0x2095fcf2a5bc35386f3b6bd9d03f8380f92b12775c25c6eef5ab699a48a7534f;
    uint256 private constant MINUS_DELTA_Y1 = 0x2f65b96903c38de0d9a31da2d5a059af19648b57050790e5e25666f635f942b8;
    uint256 private constant MINUS_DELTA_Y0 = 0x1291ab1981fe3cf50e60d65e2f7a39b0eb11e98fcede06c5c518a081495b738e;
    uint256 private constant IC0_X = 0x1aae7ecc9de632853d90c500394e99f5b4fde1df07b2f780bcd750aa62864890;
    uint256 private constant IC0_Y = 0x282a22ade9520e01be5fcf29afa929657b25ebfbb0ba13a2efe489c430945035;
    uint256 private constant IC1_X = 0x21d1415cae27b8952dfd3442f148cbe9fb574d3dca9c477898ebd38cdec03e9f;
    uint256 private constant IC1_Y = 0x0efdce012a1f0262dce61dfb89043c00bb259df35189a41903cce62247ae26d3;
    uint256 private constant IC2_X = 0x10d03c8c6ca63c967c8ece9a76260ff640d91e9d4712bacb12734ad6245f559a;
    uint256 private constant IC2_Y = 0x25e274910b22e9f155f4748c246b360431ec5a9de1b0f76c7c7b5a344395c872;
    uint256 private constant IC3_X = 0x0c24a6f5049d9c10897502093d1f108a510b1a34458441e534a2f72b64b4f103;
    uint256 private constant IC3_Y = 0x11a4a0cb7aa2bdc32f3f1c06a95448e7202f893c5007d13df7619f7e133794f6;
    uint256 private constant IC4_X = 0x0a98bdadf4387e34ef0c080ebe26ff8a3f1c6695582465dc574f68b99f6c85f5;
    uint256 private constant IC4_Y = 0x05fa6f846e8a0adbd2d63fe02755be0f2bd036f67f43fc03934908695a24f4b5;

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
