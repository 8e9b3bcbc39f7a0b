// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x4c3051b8e1bbeeb4ae32c1a36a0e43a54ec022af715dd3c4ff71dd94d14d5f6e
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of allocation-4x8/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x4c3051b8e1bbeeb4ae32c1a36a0e43a54ec022af715dd3c4ff71dd94d14d5f6e
/// from a development set-up: whoever ran it can forge. Not for production.
contract Allocation4x8Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "allocation-4x8/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x4c3051b8e1bbeeb4ae32c1a36a0e43a54ec022af715dd3c4ff71dd94d14d5f6e;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x0000000000000000000000000000000000000000000000000000000000000000;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 13;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x145dd807db1e15d46db62882474855134077fa60a18910943f4041381f22296e;
    uint256 private constant MINUS_ALPHA_Y = 0x24083f20adff04ac6b39bb13a30481637975ba915f9866606ff952ebbc51ec2f;
    uint256 private constant BETA_X1 = 0x04f88099d42e73e35a863ea635c5d5895eb12103f507c573fc8e140dd8c751b7;
    uint256 private constant BETA_X0 = 0x0d8f0cd3a891e4145298f062dbbf7c8d9de0bed5fd98dc4cdee116e9c935714d;
    uint256 private constant BETA_Y1 = 0x1716f856b0b1a55cb1192139ba23f523222fedeb74c42653205f50e6d58caac1;
    uint256 private constant BETA_Y0 = 0x09277bc90b83a0db4ed1f6564d37c9af562923b2184088b79d05e2989fd07ed3;
    uint256 private constant MINUS_GAMMA_X1 = 0x089c064eb5265084e1b12fd5578a84c157c389ef8e9488cd085d13f53d6314a2;
    uint256 private constant MINUS_GAMMA_X0 = 0x16cca2402a1912a62501b3bee0a7c416a7288a944121aeb96466ae06676017b8;
    uint256 private constant MINUS_GAMMA_Y1 = 0x23781efb56decf848a348e0df1792a1809545359f2172ab765ebe012b3e3d6b1;
    uint256 private constant MINUS_GAMMA_Y0 = 0x209964ad34e27053fb7a68fc6088ac38c7ef903a7ef5451dc5a535b5656d25af;
    uint256 private constant MINUS_DELTA_X1 = 0x272e88fa6b78268b608f5a45b1a37e32709258e731404085decd6596350fe3db;
    uint256 private constant MINUS_DELTA_X0 = 0x28788b9460307135ff7b1c4a980b4cefb8fa7c62d8874775a60416c97fc17d26;
    uint256 private constant MINUS_DELTA_Y1 = 0x0dd2cafa4e93390bd853db52875ad55a1bb217d776342c9e9210bd9f1cf049f5;
    uint256 private constant MINUS_DELTA_Y0 = 0x239db54ca22df8bae5f76cab95434744f4ec2a8fd2cd2c3e119005acf261a99d;
    uint256 private constant IC0_X = 0x23398a3466b2d7c9d1139b52b671e7faff31c6cf09dbcd7bc36599dbc1fa626d;
    uint256 private constant IC0_Y = 0x0b97169c8fdfd811aaf8d842c272ba57cadb06a67fc1129c4aa5a0ae5c2452d1;
    uint256 private constant IC1_X = 0x03dbea6284e963be616f5b57325484eed201fdf3bfacd7231bf76950bf0fbf33;
    uint256 private constant IC1_Y = 0x1fa5836da6d7588d7d2c0b9a7150c2dcf9796f7f8560d57f3e4303435edbfb00;
    uint256 private constant IC2_X = 0x042a8da37595abf2088fefc2455643acbc84caa5673a898df1e7058214c9fa2f;
    uint256 private constant IC2_Y = 0x29830c33c36c46fbddf7b4f67c12a63f962d4c7242031981df7e5432d492dffb;
    uint256 private constant IC3_X = 0x2727013ab901ef726ec3664ebde1ade46333600913526ad9331680a2ec619b9a;
    uint256 private constant IC3_Y = 0x2dd843e49e03b7e15f6a52fdeca4b35af42469f6ca24723d0f24f20059034a6a;
    uint256 private constant IC4_X = 0x11458a508763a173f4ec4de4694b0eb712f2a4838019804776900a0b8b5632a4;
    uint256 private constant IC4_Y = 0x231036b6dbe6eb7deb28450cceb78b69be8e13cf3dcd394c3d03d11d7cc07736;
    uint256 private constant IC5_X = 0x2980f66cb3a8fa0062d04b5b3e7612b8e5d81c6a9c2824ebcef895a808e98933;
    uint256 private constant IC5_Y = 0x23dca2d1c73100724717509542f68def5a2ad8c67c4239db8fd52d4d5ab8f842;
    uint256 private constant IC6_X = 0x1e27df7c88df62ffc060da25cd262225638d7634e5e4fc5a99b2b724dcf528b8;
    uint256 private constant IC6_Y = 0x0d7a854ac2e288ee1d0ff9427de10f39521af78f2d440980512edd7977aa539d;
    uint256 private constant IC7_X = 0x02278fe90a58b5ea1e892805d9847abdc07dc57030d33efdeca64fccf7e640d2;
    uint256 private constant IC7_Y = 0x00b15800dcbd4ad51e31c96ac5d46dc2df080e0b2473da78949512a9ec23ef40;
    uint256 private constant IC8_X = 0x00cd27fe744ce2873ed64859d7818a0bc0f6e84e6ee2e92e8dde1e81e5eb3455;
    uint256 private constant IC8_Y = 0x14ebef1ee272c58d2fc599ef99b625e6a2d4396679b100bd83c3765193999449;
    uint256 private constant IC9_X = 0x1102b0526d82d07116f62c182f7741e76759b1d625367d960230e08d27aed9f7;
    uint256 private constant IC9_Y = 0x15e309ffdf85b56f980fec8c0ebbd8295108bf475f5cc02dbd06d91a17a59b0d;
    uint256 private constant IC10_X = 0x17f348e7a6b51220e1131e75c278810ce66c214d69ad07da04a9fdbe22391c14;
    uint256 private constant IC10_Y = 0x223826fd00d8a7572621b89c9ca9e34b171abfcca0d43660dddb4e98d37ac6ef;
    uint256 private constant IC11_X = 0x28e9829a7f62b40c1a23fa7737b1a9ab8cca512395b6cceeb4be48efd1666347;
    uint256 private constant IC11_Y = 0x0c38a8ee5075e2609439d4bce3008ed0f8f47ffccfd145989d981f82fe9cecb8;
    uint256 private constant IC12_X = 0x2e5ae195444afdf735b73749ba3381407eadf158b9b5885559ac2b58efa896b6;
    uint256 private constant IC12_Y = 0x2b9b63a07c2229f0ca80254e1a384cacc461332971ba8015de7d69d717c150cb;
    uint256 private constant IC13_X = 0x2198b39543b465f76037a70d2c8cc5ad0a9b7f2acd432209168bdb2e06b64f76;
    uint256 private constant IC13_Y = 0x17fe340c2063d7f712ea0e37b68ac23681f4bf73ce28dc4192e4b860ff802e37;

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
