// SPDX-License-Identifier: MIT OR Apache-2.0
// Generated; do not edit. To make it again: solvency export solidity --key 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2
pragma solidity ^0.8.27;

// Groth16 proofs of allocation-2x4/1 over BN254, under the key
// 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2
// from a development set-up: whoever ran it can forge. Not for production.
//
// What this does not show: that the public inputs are those of a statement that anybody made, that the statement is still
// valid, or that it is meant for the caller. Proofs are malleable, (-A, -B, C) verifies too: key nothing on their bytes.
//
// Compile it with the optimiser and without viaIR: then the key lies in the code as it stands here and is copied at once.
// With viaIR the contracts do the same and are larger.

/// How `Allocation2x4Verifier` is called. Nothing is returned: who gets no error knows that the proof holds.
interface IAllocation2x4Verifier {
    /// The call has more or fewer bytes than its arguments.
    error WrongLength();
    /// Public input `index` is not below the order of the groups: it would be a second name of a smaller one.
    error InputNotInField(uint256 index);
    /// A precompile refused: a point of the proof is at infinity, off its curve or outside its subgroup, or a coordinate is not
    /// reduced; or there was too little gas. No verdict.
    error PrecompileFailed();
    /// The proof is none of these public inputs.
    error ProofInvalid();

    /// Reverts unless e(A, B) = e(alpha, beta) e(IC(inputs), gamma) e(C, delta).
    /// `proof` is A.x A.y B.x1 B.x0 B.y1 B.y0 C.x C.y, imaginary parts first.
    function verifyProof(uint256[8] calldata proof, uint256[7] calldata inputs) external view;
}

/// What `Allocation2x4BatchVerifier` answers besides.
interface IAllocation2x4BatchVerifier is IAllocation2x4Verifier {
    /// There is nothing to verify.
    error EmptyBatch();
    /// Input `index` of proof `proof` is not below the order of the groups.
    error BatchInputNotInField(uint256 proof, uint256 index);
    /// A or C of this proof is refused, or a point of it is at infinity; or there was too little gas.
    error BatchPointRefused(uint256 proof);

    /// Reverts unless every proof holds, each for the inputs at its place. `ProofInvalid` does not say which one is not:
    /// `verifyProof` does. A B that is refused is `PrecompileFailed`.
    function verifyBatch(uint256[8][] calldata proofs, uint256[7][] calldata inputs) external view;

    function KEY_ID() external pure returns (bytes32);
    function CIRCUIT() external pure returns (bytes32);
    function MATRICES() external pure returns (bytes32);
    function CEREMONY() external pure returns (bytes32);
    function INPUT_COUNT() external pure returns (uint256);
}

/// The key and the equation, for the contracts that are compiled with it. It never ends the call of who uses it.
library Allocation2x4Groth16 {
    /// SHA-256 of the verifying key's canonical bytes, under its domain tag.
    bytes32 internal constant KEY_ID = 0x74a9e87ba5670982ce1d99fb72269ab65b5b7846e34dc435b378f743e98c3fc2;
    /// Keccak-256 of "allocation-2x4/1", the circuit and its version.
    bytes32 internal constant CIRCUIT = 0x25817af2c37814dd80d8d74cbe495994f06da2619c37b860c357bb700fd563b8;
    /// Hash of the circuit's matrices that the key was made for.
    bytes32 internal constant MATRICES = 0x87d471771ea33bd6fa24a6c7e6e9302cb32d5579195129399899592b299b0672;
    /// SHA-256 of the transcript of the key's ceremony; zero where there was none.
    bytes32 internal constant CEREMONY = 0x0000000000000000000000000000000000000000000000000000000000000000;

    /// The key, one coordinate a line, imaginary parts first. With these signs the four pairings multiply to one.
    bytes private constant KEY =
        hex"180a81b23d2e57e48b1d4681f0d2481b289923eeb93cca13a8c93c958e03ff01" // IC1.x
        hex"2a157bd6de5c0c1aa8439762b301a221101ffd538da55bd7902fc34669a95429" // IC1.y
        hex"19b0b7a07fe998c9db257e4b77a1eab29ad36177ba4ca9a50799d971284564f5" // IC2.x
        hex"14a4775a4ddc780cb906dd4a277e73d31166b163d14cc641aaf942a513000fa6" // IC2.y
        hex"11f742d35bf74799fb26c5539719e842afc26093d18b4adbf08c10d912c30560" // IC3.x
        hex"0bbaffea659e9bf498a57b635b60bd55dd90fa81dacbc5374f6fa3aa3b36cabe" // IC3.y
        hex"0e00d3aeecc11d86d58211179c8b2f5a78f39d8fbf12d9ed0206a1d97dd82570" // IC4.x
        hex"2b77de99b9430e29a1e1b6093325bddf9423558e3b57f85562b818519be84e33" // IC4.y
        hex"2b95acbf24466cc57ac6fbcc6ac5205607a56527fc8bc7c37c32510c55316239" // IC5.x
        hex"23a3a682bc0354b954798078d683c32e5a291efb9615ac2d1e351956a5a4d54b" // IC5.y
        hex"25499fdb15174b0080a402fb4eb2d6c310eb6c6671997746a410708218918310" // IC6.x
        hex"1b80d8c88d6ee12eb81444c44cf1f3e16028e483688322b9e4141c4881002a2b" // IC6.y
        hex"18296ccee33fcb93d59f10ec32171f15ecf7662f299841dbdc713684a9b47e32" // IC7.x
        hex"29340be27c13b98ae5fef978404a10e8fbeee2a88b77ef883db31bac40c5fc41" // IC7.y
        hex"255409dd270fc0413a37343ee1e2553c881d28c2e921a6989f497d348157f148" // -gamma.x1
        hex"0aeccb0b7637096c02a1bd8ad55ceafffe9bbe0fd9fa60c4b5be6a5f2581a8e4" // -gamma.x0
        hex"20aa67ce55df24950e4414e0826e59ef8e12ead10f6a18ef47a08c90ba796874" // -gamma.y1
        hex"0c7196f3e1c828f79d562a34f6b01166092c243da87b5ce4c97351529db70a86" // -gamma.y0
        hex"22a4c41eb3c26e7e566e6258dd397a3b71f2679b17128345a36c3738ed271a87" // -delta.x1
        hex"13ae5b923f46b8b1da28795878345057087c465746f4ff8f1da8cfcdb38ed415" // -delta.x0
        hex"1117c9a8a384d12333a317a9c7eb07b8f68b5dbe04b1b6fd06d598b04a1e3369" // -delta.y1
        hex"12620e3988022d47735b9474a3df0758a32b06070f7fdc51e5db8bb3a2089aaf" // -delta.y0
        hex"0a51b2a649d115c9a647b87039af588798a3b1ddc52c640046fe521eb5b12215" // -alpha.x
        hex"0030aedee3a6242573122d5eae8db1b182d75444e2b9dca557df523563e9acdd" // -alpha.y
        hex"08b81f19b7e5ba470ac0a07b42c62e6b3b06ec59221e257c02e5ee3fb49e6758" // beta.x1
        hex"07da0f7d3c5a5c4b8ef1f5dfa2f7787014c04979dc9e6a98264592b8847a17a3" // beta.x0
        hex"2f255a2f32a83c3cbc695e963d0b7030cc35f0f6918651464fdd6ba5c77b1231" // beta.y1
        hex"2c57d98f7976eae73a74ca0d3d6547b010d07cccd23b3bee5e5d1fe060780670" // beta.y0
        hex"219ad351ee4604428cf2d99dbaa2680160cc6a0085c67638463e7906f112a6e3" // IC0.x
        hex"2ca2f48a385b932a6979d64602b97ddbb74644c2eda87a1b1392536d85f8fac9"; // IC0.y;

    /// Order of the groups.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // A precompile that fails takes all gas that it is given. These are the most that one gets which a point of a proof can
    // make fail: three times the price of EIP-1108 and more. Sums of the key's own points can't fail.

    /// For the pairing of four pairs, which costs 181,000.
    uint256 private constant PAIRING_GAS = 590_000;
    /// For a pairing, besides what each pair adds: it costs 45,000.
    uint256 private constant BATCH_GAS = 150_000;
    /// For each pair of a pairing: it costs 34,000.
    uint256 private constant PAIR_GAS = 110_000;
    /// For a multiple of a point, which costs 6,000.
    uint256 private constant MULTIPLE_GAS = 20_000;

    /// Whether the proof is one of the inputs. Reverts with `InputNotInField` or `PrecompileFailed` where there is no answer.
    function holds(uint256[8] calldata proof, uint256[7] calldata inputs) internal view returns (bool) {
        uint256 proofOffset;
        uint256 inputsOffset;
        assembly ("memory-safe") {
            proofOffset := proof
            inputsOffset := inputs
        }
        return holdsAt(proofOffset, inputsOffset);
    }

    /// As `holds`, of the words that begin at these offsets of the calldata, which the caller knows to be there.
    function holdsAt(uint256 proof, uint256 inputs) internal view returns (bool valid) {
        bytes memory key = KEY;
        assembly ("memory-safe") {
            // IC0 + inputs[0] IC1 + ... replaces IC0, which ends the key: EIP-196 takes the sum so far, a term and its scalar there.
            let sum := add(key, 0x3a0)
            let term := add(sum, 0x40)
            let point := add(key, 0x20)
            let last := add(point, 0x1c0)
            // The precompiles take points at infinity. These have y = 0, and no other point of either group has.
            let done := iszero(
                or(
                    or(iszero(calldataload(add(proof, 0x20))), iszero(calldataload(add(proof, 0xe0)))),
                    iszero(or(calldataload(add(proof, 0x80)), calldataload(add(proof, 0xa0))))
                )
            )
            for {} 1 {} {
                mcopy(term, point, 0x40)
                let scalar := calldataload(inputs)
                if iszero(lt(scalar, R)) {
                    mstore(0, 0x98664c37) // InputNotInField(uint256)
                    mstore(0x20, sub(7, shr(6, sub(last, point))))
                    revert(0x1c, 0x24)
                }
                mstore(add(sum, 0x80), scalar)
                // The last argument is evaluated first: term := scalar term, then sum := sum + term.
                done := and(
                    and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), staticcall(gas(), 7, term, 0x60, term, 0x40)),
                    done
                )
                inputs := add(inputs, 0x20)
                point := add(point, 0x40)
                if eq(point, last) { break }
            }

            // (A, B) (C, -delta) (-alpha, beta) (sum, -gamma): -gamma follows the sum, the proof goes before -delta.
            mcopy(term, last, 0x80)
            point := sub(sum, 0x240)
            calldatacopy(point, proof, 0x100)
            if iszero(and(done, staticcall(PAIRING_GAS, 8, point, 0x300, 0, 0x20))) {
                mstore(0, 0x84e81692) // PrecompileFailed()
                revert(0x1c, 4)
            }
            valid := mload(0)
        }
    }

    /// Whether all proofs hold. With weights w that nobody knew before proofs and inputs were fixed, the product of
    /// e(w A, B) has to be e(sum of w alpha, beta) e(sum of w IC(inputs), gamma) e(sum of w C, delta): a proof that does not
    /// hold goes unnoticed with a probability of 2^-128.
    function allHold(uint256[8][] calldata proofs, uint256[7][] calldata inputs)
        internal
        view
        returns (bool valid)
    {
        if (proofs.length == 0) revert IAllocation2x4BatchVerifier.EmptyBatch();
        if (proofs.length != inputs.length) revert IAllocation2x4Verifier.WrongLength();
        uint256 seed = _seed(proofs, inputs);
        uint256[8] memory scalars = _scalars(seed, inputs);

        // The pairs of the proofs and three more; then a sum of points, a point and its scalar.
        uint256 pairs;
        uint256 sum;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            sum := add(pairs, mul(0xc0, add(proofs.length, 3)))
            mstore(0x40, add(sum, 0xa0))
        }
        _weighProofs(seed, proofs, pairs, sum);
        bool done = _weighKey(scalars, pairs + 0xc0 * proofs.length, sum);
        assembly ("memory-safe") {
            let count := add(proofs.length, 3)
            let limit := add(BATCH_GAS, mul(PAIR_GAS, count))
            done := and(done, staticcall(limit, 8, pairs, mul(0xc0, count), 0, 0x20))
            valid := mload(0)
        }
        if (!done) revert IAllocation2x4Verifier.PrecompileFailed();
    }

    /// Hash of everything that is to be verified.
    function _seed(uint256[8][] calldata proofs, uint256[7][] calldata inputs) private pure returns (uint256 seed) {
        bytes32 keyId = KEY_ID;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, keyId)
            mstore(add(start, 0x20), proofs.length)
            let end := add(start, 0x40)
            let size := shl(8, proofs.length)
            calldatacopy(end, proofs.offset, size)
            end := add(end, size)
            size := mul(0xe0, inputs.length)
            calldatacopy(end, inputs.offset, size)
            seed := keccak256(start, sub(add(end, size), start))
        }
    }

    /// The weight of a proof: 128 bits.
    function _weight(uint256 seed, uint256 index) private pure returns (uint256 weight) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, index)
            weight := shr(128, keccak256(0, 0x40))
        }
    }

    /// The scalars of IC1, IC2, ..., IC0: the sum of each input's multiples, then of all weights.
    function _scalars(uint256 seed, uint256[7][] calldata inputs)
        private
        pure
        returns (uint256[8] memory scalars)
    {
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[7] calldata row = inputs[i];
            scalars[7] += weight;
            for (uint256 j = 0; j < 7; ++j) {
                uint256 scalar = row[j];
                if (scalar >= R) revert IAllocation2x4BatchVerifier.BatchInputNotInField(i, j);
                scalars[j] = addmod(scalars[j], mulmod(weight, scalar, R), R);
            }
        }
    }

    /// Writes (w A, B) for each proof to `pairs`, and the sum of w C into the pair that follows them.
    function _weighProofs(uint256 seed, uint256[8][] calldata proofs, uint256 pairs, uint256 sum) private view {
        assembly ("memory-safe") {
            calldatacopy(sum, calldatasize(), 0x40) // zeros: the point at infinity
        }
        for (uint256 i = 0; i < proofs.length; ++i) {
            uint256 weight = _weight(seed, i);
            uint256[8] calldata proof = proofs[i];
            bool done = (proof[1] != 0) && (proof[7] != 0) && ((proof[4] | proof[5]) != 0);
            assembly ("memory-safe") {
                let term := add(sum, 0x40)
                calldatacopy(term, proof, 0x40)
                mstore(add(sum, 0x80), weight)
                done := and(done, staticcall(MULTIPLE_GAS, 7, term, 0x60, pairs, 0x40))
                calldatacopy(add(pairs, 0x40), add(proof, 0x40), 0x80)
                calldatacopy(term, add(proof, 0xc0), 0x40)
                done := and(done, staticcall(MULTIPLE_GAS, 7, term, 0x60, term, 0x40))
                done := and(done, staticcall(gas(), 6, sum, 0x80, sum, 0x40))
                pairs := add(pairs, 0xc0)
            }
            if (!done) revert IAllocation2x4BatchVerifier.BatchPointRefused(i);
        }
        assembly ("memory-safe") {
            mcopy(pairs, sum, 0x40)
        }
    }

    /// Completes the pair at `pairs` with -delta, and writes (sum of w IC(inputs), -gamma) and (sum of w -alpha, beta) after it.
    function _weighKey(uint256[8] memory scalars, uint256 pairs, uint256 sum) private view returns (bool done) {
        bytes memory key = KEY;
        assembly ("memory-safe") {
            // The multiple of a point is written to `to`.
            function multiply(sum_, point_, scalar, to) -> ok {
                mcopy(add(sum_, 0x40), point_, 0x40)
                mstore(add(sum_, 0x80), scalar)
                ok := staticcall(gas(), 7, add(sum_, 0x40), 0x60, to, 0x40)
            }

            let point := add(key, 0x20)
            calldatacopy(sum, calldatasize(), 0x40)
            done := 1
            for { let i := 0 } lt(i, 7) { i := add(i, 1) } {
                done := and(multiply(sum, point, mload(add(scalars, shl(5, i))), add(sum, 0x40)), done)
                done := and(staticcall(gas(), 6, sum, 0x80, sum, 0x40), done)
                point := add(point, 0x40)
            }

            // Now `point` is at -gamma, -delta, -alpha, beta, IC0.
            let weights := mload(add(scalars, 0xe0))
            done := and(multiply(sum, add(point, 0x1c0), weights, add(sum, 0x40)), done)
            done := and(staticcall(gas(), 6, sum, 0x80, add(pairs, 0xc0), 0x40), done)
            done := and(multiply(sum, add(point, 0x100), weights, add(pairs, 0x180)), done)
            mcopy(add(pairs, 0x40), add(point, 0x80), 0x80)
            mcopy(add(pairs, 0x100), point, 0x80)
            mcopy(add(pairs, 0x1c0), add(point, 0x140), 0x80)
        }
    }
}

/// Verifies one proof a call. It has one function, `verifyProof`, which is read here by hand, because Solidity's decoder gives
/// no reason where a call is too short and takes one that is too long.
contract Allocation2x4Verifier {
    fallback() external {
        assembly ("memory-safe") {
            if xor(shr(0xe0, calldataload(0)), 0x1042664e) { revert(0, 0) } // verifyProof(uint256[8],uint256[7])
            if xor(calldatasize(), 0x1e4) {
                mstore(0, 0x92aa5ab2) // WrongLength()
                revert(0x1c, 4)
            }
        }
        bool valid = Allocation2x4Groth16.holdsAt(4, 0x104);
        assembly ("memory-safe") {
            if iszero(valid) {
                mstore(0, 0x7fcdd1f4) // ProofInvalid()
                revert(0x1c, 4)
            }
        }
    }
}

/// Verifies any number of proofs at once as well, and tells what it verifies.
contract Allocation2x4BatchVerifier is Allocation2x4Verifier {
    bytes32 public constant KEY_ID = Allocation2x4Groth16.KEY_ID;
    bytes32 public constant CIRCUIT = Allocation2x4Groth16.CIRCUIT;
    bytes32 public constant MATRICES = Allocation2x4Groth16.MATRICES;
    bytes32 public constant CEREMONY = Allocation2x4Groth16.CEREMONY;
    uint256 public constant INPUT_COUNT = 7;

    /// As `IAllocation2x4BatchVerifier` says.
    function verifyBatch(uint256[8][] calldata proofs, uint256[7][] calldata inputs) external view {
        // The arrays begin where the ABI's encoders put them, and nothing follows them.
        uint256 size;
        unchecked {
            size = 0x84 + proofs.length * 0x100 + inputs.length * 0xe0;
        }
        if (msg.data.length != size) revert IAllocation2x4Verifier.WrongLength();
        if (!Allocation2x4Groth16.allHold(proofs, inputs)) revert IAllocation2x4Verifier.ProofInvalid();
    }
}

/// Takes the call of a contract that snarkjs generates. It answers false where the proof is none of these inputs, and reverts
/// where snarkjs' contract answers false without a verdict: for inputs that are not reduced, points that are none, too little gas.
contract Allocation2x4SnarkjsVerifier {
    /// `a` begins a proof's eight words, which follow each other: A, then B with its imaginary parts first, then C.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[7] calldata inputs
    ) external view returns (bool) {
        if (msg.data.length != 0x1e4) revert IAllocation2x4Verifier.WrongLength();
        uint256[8] calldata proof;
        assembly ("memory-safe") {
            proof := a
        }
        return Allocation2x4Groth16.holds(proof, inputs);
    }
}
