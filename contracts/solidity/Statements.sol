// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// The statements of spec/encodings.md, as far as a contract needs them, and their EIP-712 hashes.

struct Shard {
    bytes32 root;
    uint64 idLow;
    uint64 idHigh;
}

struct BookAttestation {
    address custodian;
    bytes32 account;
    string shape;
    Shard[] shards;
    uint32 shardCount;
    uint64 epoch;
    uint64 asOf;
    uint64 lockedUntil;
    uint64 expiry;
    string logOrigin;
    uint32 attestorSetVersion;
    bytes32 evidence;
    bool exclusive;
    bytes16 nonce;
}

struct HoldingsStatement {
    bytes32 book;
    uint32 shard;
    string shape;
    bytes32 total;
    bytes16 nonce;
}

struct Source {
    uint8 kind;
    bytes32 commitment;
    bytes32 origin;
    uint32 index;
    bytes32 release;
}

struct Output {
    bytes32 commitment;
    bytes32 tag;
    address releaser;
}

struct AllocationStatement {
    address custodian;
    bytes32 account;
    string shape;
    uint64 epoch;
    uint64 sequence;
    bytes32 predecessor;
    Source[] sources;
    Output[] outputs;
    uint64 notBefore;
    uint64 expiry;
    string logOrigin;
    bytes16 nonce;
}

struct CoverageStatement {
    bytes32 account;
    string shape;
    uint64 epoch;
    bytes32 allocation;
    uint32 output;
    bytes32 pledge;
    bytes32 claim;
    bytes32 round;
    bytes32 policy;
    bytes32 valuation;
    bytes32 requirement;
    bytes32 venue;
    bytes32 liabilityBook;
    uint256 chainId;
    address settlement;
    uint64 notBefore;
    uint64 expiry;
    bytes16 nonce;
}

struct Release {
    bytes32 account;
    uint64 epoch;
    bytes32 allocation;
    uint32 output;
    bytes32 commitment;
    bytes32 replacement;
    uint64 expiry;
    bytes16 nonce;
}

struct Claim {
    bytes32 venue;
    bytes32 liabilityBook;
    bytes32 account;
    bytes32 tag;
    uint64 number;
    bytes32 requirement;
    bytes32 policy;
    address releaser;
    uint64 issuedAt;
    uint64 expiry;
    uint256 chainId;
    address settlement;
    bytes16 nonce;
}

struct Valuation {
    bytes32 policy;
    bytes32 digest;
}

struct PriceRound {
    uint32 oracleSetVersion;
    uint64 round;
    uint64 time;
    uint64[] prices;
    Valuation[] valuations;
}

/// An output of an allocation, as who binds it to a claim shows it. Not a statement: nobody signs it.
struct Pledge {
    uint64 epoch;
    bytes32 allocation;
    uint32 output;
    bytes32 commitment;
    /// Opens the output's tag.
    bytes16 tagSalt;
}

/// What a contract takes of a coverage statement, and its proof: the chain it knows, round and valuation come with the price
/// round, and the shape with the call. All else is here in the order of the statement. Not a statement: nobody signs it.
struct CoverageUpdate {
    bytes32 account;
    uint64 epoch;
    bytes32 allocation;
    uint32 output;
    bytes32 pledge;
    bytes32 claim;
    bytes32 policy;
    bytes32 requirement;
    bytes32 venue;
    bytes32 liabilityBook;
    address settlement;
    uint64 notBefore;
    uint64 expiry;
    bytes16 nonce;
    uint256[8] proof;
}

/// The circuits of coverage.
enum CoverageShape {
    Flat,
    Tiered
}

/// A signature of EIP-2098: the top bit of `vs` says which of two keys, the rest is s, which is at most half the group's order.
struct CompactSignature {
    bytes32 r;
    bytes32 vs;
}

/// hashStruct of EIP-712 for each statement, and what is made of it.
library StatementHash {
    bytes32 internal constant DOMAIN_TYPE = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 internal constant SHARD_TYPE = keccak256("Shard(bytes32 root,uint64 idLow,uint64 idHigh)");
    bytes32 internal constant BOOK_TYPE = keccak256(
        "BookAttestation(address custodian,bytes32 account,string shape,Shard[] shards,uint32 shardCount,uint64 epoch,uint64 asOf,uint64 lockedUntil,uint64 expiry,string logOrigin,uint32 attestorSetVersion,bytes32 evidence,bool exclusive,bytes16 nonce)Shard(bytes32 root,uint64 idLow,uint64 idHigh)"
    );
    bytes32 internal constant HOLDINGS_TYPE =
        keccak256("HoldingsStatement(bytes32 book,uint32 shard,string shape,bytes32 total,bytes16 nonce)");
    bytes32 internal constant SOURCE_TYPE =
        keccak256("Source(uint8 kind,bytes32 commitment,bytes32 origin,uint32 index,bytes32 release)");
    bytes32 internal constant OUTPUT_TYPE = keccak256("Output(bytes32 commitment,bytes32 tag,address releaser)");
    bytes32 internal constant ALLOCATION_TYPE = keccak256(
        "AllocationStatement(address custodian,bytes32 account,string shape,uint64 epoch,uint64 sequence,bytes32 predecessor,Source[] sources,Output[] outputs,uint64 notBefore,uint64 expiry,string logOrigin,bytes16 nonce)Output(bytes32 commitment,bytes32 tag,address releaser)Source(uint8 kind,bytes32 commitment,bytes32 origin,uint32 index,bytes32 release)"
    );
    bytes32 internal constant COVERAGE_TYPE = keccak256(
        "CoverageStatement(bytes32 account,string shape,uint64 epoch,bytes32 allocation,uint32 output,bytes32 pledge,bytes32 claim,bytes32 round,bytes32 policy,bytes32 valuation,bytes32 requirement,bytes32 venue,bytes32 liabilityBook,uint256 chainId,address settlement,uint64 notBefore,uint64 expiry,bytes16 nonce)"
    );

    bytes32 internal constant RELEASE_TYPE = keccak256(
        "Release(bytes32 account,uint64 epoch,bytes32 allocation,uint32 output,bytes32 commitment,bytes32 replacement,uint64 expiry,bytes16 nonce)"
    );
    bytes32 internal constant CLAIM_TYPE = keccak256(
        "Claim(bytes32 venue,bytes32 liabilityBook,bytes32 account,bytes32 tag,uint64 number,bytes32 requirement,bytes32 policy,address releaser,uint64 issuedAt,uint64 expiry,uint256 chainId,address settlement,bytes16 nonce)"
    );
    bytes32 internal constant VALUATION_TYPE = keccak256("Valuation(bytes32 policy,bytes32 digest)");
    bytes32 internal constant ROUND_TYPE = keccak256(
        "PriceRound(uint32 oracleSetVersion,uint64 round,uint64 time,uint64[] prices,Valuation[] valuations)Valuation(bytes32 policy,bytes32 digest)"
    );

    /// The domain of the registry with this digest.
    function domain(bytes32 registry) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("solvency"), keccak256("1"), registry));
    }

    /// The public input that binds a proof to its statement: a SHA-256 without its top three bits.
    function context(bytes32 shapeHash, bytes32 statementDigest) internal view returns (bytes32 full) {
        bytes32 tag = bytes32("solvency.v1.context");
        assembly ("memory-safe") {
            let message := mload(0x40)
            mstore(message, tag)
            mstore(add(message, 0x20), shapeHash)
            mstore(add(message, 0x40), statementDigest)
            // SHA-256 has no way to fail but for want of gas.
            if iszero(staticcall(gas(), 0x02, message, 0x60, 0x00, 0x20)) { revert(0, 0) }
            full := and(mload(0x00), shr(3, not(0)))
        }
    }

    /// The salted name under which a pledge's venue and liability book stand in an allocation.
    function pledgeTag(bytes32 venue, bytes32 liabilityBook, bytes16 salt) internal pure returns (bytes32) {
        return sha256(abi.encode(bytes32("solvency.v1.pledge-tag"), venue, liabilityBook, salt));
    }

    function hash(BookAttestation calldata s) internal pure returns (bytes32) {
        bytes32[15] memory words;
        assembly ("memory-safe") {
            calldatacopy(add(words, 0x20), s, mul(14, 0x20))
        }
        words[0] = BOOK_TYPE;
        words[3] = keccak256(bytes(s.shape));
        words[4] = hash(s.shards);
        words[10] = keccak256(bytes(s.logOrigin));
        words[14] = bytes32(s.nonce);
        return keccak256(abi.encodePacked(words));
    }

    function hash(Shard[] calldata shards) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := shards.offset
        }
        return _hashAll(SHARD_TYPE, first, shards.length, 3);
    }

    function hash(HoldingsStatement calldata s) internal pure returns (bytes32) {
        return keccak256(abi.encode(HOLDINGS_TYPE, s.book, s.shard, keccak256(bytes(s.shape)), s.total, s.nonce));
    }

    function hash(AllocationStatement calldata s) internal pure returns (bytes32) {
        bytes32[13] memory words;
        assembly ("memory-safe") {
            calldatacopy(add(words, 0x20), s, mul(12, 0x20))
        }
        words[0] = ALLOCATION_TYPE;
        words[3] = keccak256(bytes(s.shape));
        words[7] = hash(s.sources);
        words[8] = hash(s.outputs);
        words[11] = keccak256(bytes(s.logOrigin));
        words[12] = bytes32(s.nonce);
        return keccak256(abi.encodePacked(words));
    }

    function hash(Source[] calldata sources) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := sources.offset
        }
        return _hashAll(SOURCE_TYPE, first, sources.length, 5);
    }

    function hash(Output[] calldata outputs) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := outputs.offset
        }
        return _hashAll(OUTPUT_TYPE, first, outputs.length, 3);
    }

    function hash(Release calldata s) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := s
        }
        return _hashWords(RELEASE_TYPE, first, 8);
    }

    function hash(Claim calldata s) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := s
        }
        return _hashWords(CLAIM_TYPE, first, 13);
    }

    function hash(Valuation[] calldata valuations) internal pure returns (bytes32) {
        uint256 first;
        assembly ("memory-safe") {
            first := valuations.offset
        }
        return _hashAll(VALUATION_TYPE, first, valuations.length, 2);
    }

    /// The words as they are: see `_hashWords`.
    function hash(uint64[] calldata values) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            calldatacopy(words, values.offset, shl(5, values.length))
            result := keccak256(words, shl(5, values.length))
        }
    }

    function hash(PriceRound calldata s) internal pure returns (bytes32 result) {
        bytes32 typeHash = ROUND_TYPE;
        bytes32 prices = hash(s.prices);
        bytes32 valuations = hash(s.valuations);
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), s, 0x60) // oracle set version, round, time
            mstore(add(words, 0x80), prices)
            mstore(add(words, 0xa0), valuations)
            result := keccak256(words, 0xc0)
        }
    }

    function hash(CoverageStatement calldata s) internal pure returns (bytes32) {
        bytes32[19] memory words;
        assembly ("memory-safe") {
            calldatacopy(add(words, 0x20), s, mul(18, 0x20))
        }
        words[0] = COVERAGE_TYPE;
        words[2] = keccak256(bytes(s.shape));
        return keccak256(abi.encodePacked(words));
    }

    /// hashStruct of a struct whose members fill `count` words of calldata.
    ///
    /// Words are taken as they are. One with dirty bits gives a hash that nobody signs and no proof shows, unless somebody means
    /// to; whoever reads the member then has the whole call refused by the compiler's own check.
    function _hashWords(bytes32 typeHash, uint256 first, uint256 count) private pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), first, mul(count, 0x20))
            result := keccak256(words, mul(add(count, 1), 0x20))
        }
    }

    /// The hash of an array of such structs.
    function _hashAll(bytes32 typeHash, uint256 first, uint256 length, uint256 count)
        private
        pure
        returns (bytes32 result)
    {
        assembly ("memory-safe") {
            let hashes := mload(0x40)
            let words := add(hashes, shl(5, length))
            mstore(words, typeHash)
            let size := shl(5, count)
            let end := words
            for { let hash_ := hashes } lt(hash_, end) { hash_ := add(hash_, 0x20) } {
                calldatacopy(add(words, 0x20), first, size)
                mstore(hash_, keccak256(words, add(size, 0x20)))
                first := add(first, size)
            }
            result := keccak256(hashes, shl(5, length))
        }
    }
}

/// The words under the hash of a coverage statement, in two parts: what stays the same while a claim and a pledge stand, and what
/// is different at every price round (shape, round, valuation, window and nonce).
///
/// The hash of the words with the second part zero is a *binding*: a statement agrees with it exactly where it agrees in every
/// word of the first part.
library CoverageWords {
    /// The binding that the statement agrees with on this chain, and hashStruct of EIP-712. Words are taken as they are: see
    /// `StatementHash`.
    function hashes(CoverageUpdate calldata update, bytes32 shape, bytes32 round, bytes32 valuation)
        internal
        view
        returns (bytes32 binding, bytes32 structHash)
    {
        bytes32 typeHash = StatementHash.COVERAGE_TYPE;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), update, 0x20) // account
            mstore(add(words, 0x40), 0)
            calldatacopy(add(words, 0x60), add(update, 0x20), 0xa0) // epoch, allocation, output, pledge, claim
            mstore(add(words, 0x100), 0)
            calldatacopy(add(words, 0x120), add(update, 0xc0), 0x20) // policy
            mstore(add(words, 0x140), 0)
            calldatacopy(add(words, 0x160), add(update, 0xe0), 0x60) // requirement, venue, liability book
            mstore(add(words, 0x1c0), chainid())
            calldatacopy(add(words, 0x1e0), add(update, 0x140), 0x20) // settlement
            calldatacopy(add(words, 0x200), calldatasize(), 0x60) // zeros
            binding := keccak256(words, 0x260)
            mstore(add(words, 0x40), shape)
            mstore(add(words, 0x100), round)
            mstore(add(words, 0x140), valuation)
            calldatacopy(add(words, 0x200), add(update, 0x160), 0x60) // window, nonce
            structHash := keccak256(words, 0x260)
        }
    }

    /// The binding of statements about this pledge while this claim stands.
    function bindingOf(Claim calldata claim, bytes32 claimDigest, Pledge calldata pledge)
        internal
        pure
        returns (bytes32)
    {
        bytes32[19] memory words;
        words[0] = StatementHash.COVERAGE_TYPE;
        words[1] = claim.account;
        words[3] = bytes32(uint256(pledge.epoch));
        words[4] = pledge.allocation;
        words[5] = bytes32(uint256(pledge.output));
        words[6] = pledge.commitment;
        words[7] = claimDigest;
        words[9] = claim.policy;
        words[11] = claim.requirement;
        words[12] = claim.venue;
        words[13] = claim.liabilityBook;
        words[14] = bytes32(claim.chainId);
        words[15] = bytes32(uint256(uint160(claim.settlement)));
        return keccak256(abi.encodePacked(words));
    }
}
