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

    /// The domain of the registry with this digest.
    function domain(bytes32 registry) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("solvency"), keccak256("1"), registry));
    }

    /// What statements refer to each other by.
    function digest(bytes32 separator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes2(0x1901), separator, structHash));
    }

    /// The public input that binds a proof to its statement: a SHA-256 without its top three bits.
    function context(bytes32 shapeHash, bytes32 statementDigest) internal pure returns (bytes32) {
        bytes32 full = sha256(abi.encode(bytes32("solvency.v1.context"), shapeHash, statementDigest));
        return full & bytes32(type(uint256).max >> 3);
    }

    /// The salted name under which a pledge's venue and liability book stand in an allocation.
    function pledgeTag(bytes32 venue, bytes32 liabilityBook, bytes16 salt) internal pure returns (bytes32) {
        return sha256(abi.encode(bytes32("solvency.v1.pledge-tag"), venue, liabilityBook, salt));
    }

    function hash(BookAttestation calldata s) internal pure returns (bytes32) {
        bytes32[] memory shards = new bytes32[](s.shards.length);
        for (uint256 i = 0; i < shards.length; ++i) {
            shards[i] = keccak256(abi.encode(SHARD_TYPE, s.shards[i]));
        }
        bytes memory first = abi.encode(
            BOOK_TYPE,
            s.custodian,
            s.account,
            keccak256(bytes(s.shape)),
            keccak256(abi.encodePacked(shards)),
            s.shardCount,
            s.epoch,
            s.asOf
        );
        bytes memory second = abi.encode(
            s.lockedUntil,
            s.expiry,
            keccak256(bytes(s.logOrigin)),
            s.attestorSetVersion,
            s.evidence,
            s.exclusive,
            s.nonce
        );
        return keccak256(bytes.concat(first, second));
    }

    function hash(HoldingsStatement calldata s) internal pure returns (bytes32) {
        return keccak256(abi.encode(HOLDINGS_TYPE, s.book, s.shard, keccak256(bytes(s.shape)), s.total, s.nonce));
    }

    function hash(AllocationStatement calldata s) internal pure returns (bytes32) {
        bytes32[] memory sources = new bytes32[](s.sources.length);
        for (uint256 i = 0; i < sources.length; ++i) {
            sources[i] = keccak256(abi.encode(SOURCE_TYPE, s.sources[i]));
        }
        bytes32[] memory outputs = new bytes32[](s.outputs.length);
        for (uint256 i = 0; i < outputs.length; ++i) {
            outputs[i] = keccak256(abi.encode(OUTPUT_TYPE, s.outputs[i]));
        }
        bytes memory first = abi.encode(
            ALLOCATION_TYPE, s.custodian, s.account, keccak256(bytes(s.shape)), s.epoch, s.sequence, s.predecessor
        );
        bytes memory second = abi.encode(
            keccak256(abi.encodePacked(sources)),
            keccak256(abi.encodePacked(outputs)),
            s.notBefore,
            s.expiry,
            keccak256(bytes(s.logOrigin)),
            s.nonce
        );
        return keccak256(bytes.concat(first, second));
    }

    function hash(CoverageStatement calldata s) internal pure returns (bytes32) {
        bytes memory first = abi.encode(
            COVERAGE_TYPE, s.account, keccak256(bytes(s.shape)), s.epoch, s.allocation, s.output, s.pledge, s.claim
        );
        bytes memory second =
            abi.encode(s.round, s.policy, s.valuation, s.requirement, s.venue, s.liabilityBook, s.chainId);
        bytes memory third = abi.encode(s.settlement, s.notBefore, s.expiry, s.nonce);
        return keccak256(bytes.concat(first, second, third));
    }
}
