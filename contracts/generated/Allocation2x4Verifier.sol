// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2
pragma solidity ^0.8.27;

/// Verifies Groth16 proofs of allocation-2x4/1 under one key.
///
/// What this does not show: that the public inputs are those of a statement anybody made, that the statement is still valid
/// or meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: never key anything on their bytes.
///
/// Key 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2
/// from a development set-up: whoever ran it can forge. Not for production.
contract Allocation2x4Verifier {
    /// The circuit and its version.
    string public constant SHAPE = "allocation-2x4/1";
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 public constant KEY_ID = 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 public constant MATRICES = 0x87d471771ea33bd6fa24a6c7e6e9302cb32d5579195129399899592b299b0672;
    /// Number of public inputs.
    uint256 public constant INPUT_COUNT = 7;

    /// Order of the groups: a public input that is not below it is another name of a smaller one.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// Modulus of the coordinates.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    uint256 private constant MINUS_ALPHA_X = 0x0a51b2a649d115c9a647b87039af588798a3b1ddc52c640046fe521eb5b12215;
    uint256 private constant MINUS_ALPHA_Y = 0x0030aedee3a6242573122d5eae8db1b182d75444e2b9dca557df523563e9acdd;
    uint256 private constant BETA_X1 = 0x08b81f19b7e5ba470ac0a07b42c62e6b3b06ec59221e257c02e5ee3fb49e6758;
    uint256 private constant BETA_X0 = 0x07da0f7d3c5a5c4b8ef1f5dfa2f7787014c04979dc9e6a98264592b8847a17a3;
    uint256 private constant BETA_Y1 = 0x2f255a2f32a83c3cbc695e963d0b7030cc35f0f6918651464fdd6ba5c77b1231;
    uint256 private constant BETA_Y0 = 0x2c57d98f7976eae73a74ca0d3d6547b010d07cccd23b3bee5e5d1fe060780670;
    uint256 private constant MINUS_GAMMA_X1 = 0x255409dd270fc0413a37343ee1e2553c881d28c2e921a6989f497d348157f148;
    uint256 private constant MINUS_GAMMA_X0 = 0x0aeccb0b7637096c02a1bd8ad55ceafffe9bbe0fd9fa60c4b5be6a5f2581a8e4;
    uint256 private constant MINUS_GAMMA_Y1 = 0x20aa67ce55df24950e4414e0826e59ef8e12ead10f6a18ef47a08c90ba796874;
    uint256 private constant MINUS_GAMMA_Y0 = 0x0c7196f3e1c828f79d562a34f6b01166092c243da87b5ce4c97351529db70a86;
    uint256 private constant MINUS_DELTA_X1 = 0x22a4c41eb3c26e7e566e6258dd397a3b71f2679b17128345a36c3738ed271a87;
    uint256 private constant MINUS_DELTA_X0 = 0x13ae5b923f46b8b1da28795878345057087c465746f4ff8f1da8cfcdb38ed415;
    uint256 private constant MINUS_DELTA_Y1 = 0x1117c9a8a384d12333a317a9c7eb07b8f68b5dbe04b1b6fd06d598b04a1e3369;
    uint256 private constant MINUS_DELTA_Y0 = 0x12620e3988022d47735b9474a3df0758a32b06070f7fdc51e5db8bb3a2089aaf;
    uint256 private constant IC0_X = 0x219ad351ee4604428cf2d99dbaa2680160cc6a0085c67638463e7906f112a6e3;
    uint256 private constant IC0_Y = 0x2ca2f48a385b932a6979d64602b97ddbb74644c2eda87a1b1392536d85f8fac9;
    uint256 private constant IC1_X = 0x180a81b23d2e57e48b1d4681f0d2481b289923eeb93cca13a8c93c958e03ff01;
    uint256 private constant IC1_Y = 0x2a157bd6de5c0c1aa8439762b301a221101ffd538da55bd7902fc34669a95429;
    uint256 private constant IC2_X = 0x19b0b7a07fe998c9db257e4b77a1eab29ad36177ba4ca9a50799d971284564f5;
    uint256 private constant IC2_Y = 0x14a4775a4ddc780cb906dd4a277e73d31166b163d14cc641aaf942a513000fa6;
    uint256 private constant IC3_X = 0x11f742d35bf74799fb26c5539719e842afc26093d18b4adbf08c10d912c30560;
    uint256 private constant IC3_Y = 0x0bbaffea659e9bf498a57b635b60bd55dd90fa81dacbc5374f6fa3aa3b36cabe;
    uint256 private constant IC4_X = 0x0e00d3aeecc11d86d58211179c8b2f5a78f39d8fbf12d9ed0206a1d97dd82570;
    uint256 private constant IC4_Y = 0x2b77de99b9430e29a1e1b6093325bddf9423558e3b57f85562b818519be84e33;
    uint256 private constant IC5_X = 0x2b95acbf24466cc57ac6fbcc6ac5205607a56527fc8bc7c37c32510c55316239;
    uint256 private constant IC5_Y = 0x23a3a682bc0354b954798078d683c32e5a291efb9615ac2d1e351956a5a4d54b;
    uint256 private constant IC6_X = 0x25499fdb15174b0080a402fb4eb2d6c310eb6c6671997746a410708218918310;
    uint256 private constant IC6_Y = 0x1b80d8c88d6ee12eb81444c44cf1f3e16028e483688322b9e4141c4881002a2b;
    uint256 private constant IC7_X = 0x18296ccee33fcb93d59f10ec32171f15ecf7662f299841dbdc713684a9b47e32;
    uint256 private constant IC7_Y = 0x29340be27c13b98ae5fef978404a10e8fbeee2a88b77ef883db31bac40c5fc41;

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
