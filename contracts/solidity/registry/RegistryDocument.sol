// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Fixed intervals: number `n` is `[zero + n·length, zero + (n + 1)·length)`, in Unix seconds.
struct Schedule {
    uint64 zero;
    uint64 length;
}

/// A set of signers of which `threshold` distinct ones speak for all.
struct SignerSet {
    uint32 version;
    uint32 threshold;
    address[] members;
}

/// What a contract needs of a registry, and the digest of all of it.
struct RegistryTerms {
    bytes32 digest;
    uint256 assets;
    Schedule epoch;
    Schedule round;
    SignerSet attestors;
    SignerSet oracles;
    uint64 maxAsOfSpread;
    uint64 maxBookAge;
    uint64 validFrom;
    uint64 validUntil;
}

/// Reads the canonical bytes of a registry (spec/valuation.md, V2), and refuses what the verifier's `Registry::validate` refuses.
///
/// It does not show that the signers that the document names are honest, or who they are.
library RegistryDocument {
    /// The document ends before byte `end`.
    error DocumentTooShort(uint256 end);
    /// The document goes on after its last field.
    error DocumentTooLong(uint256 excess);
    /// Another format or version.
    error DocumentFormat();
    /// A number that does not fit its field.
    error DocumentNumber(uint256 value);
    /// A list that is empty or too long.
    error DocumentCount(uint256 got, uint256 allowed);
    /// A name that is repeated, empty, longer than 32 bytes, or not made of ASCII letters, digits, `-`, `_` and `.`.
    error DocumentName(bytes name);
    /// More decimals than a ledger unit has.
    error DocumentDecimals(uint256 got);
    /// A schedule with intervals of no length.
    error DocumentSchedule();
    /// A member that stands twice or is zero.
    error DocumentMember(address member);
    /// A threshold that two quorums could reach without an honest member in common, or nobody at all.
    error DocumentThreshold(uint256 got, uint256 members);
    /// A window that never opens.
    error DocumentWindow(uint64 from, uint64 until);

    uint256 private constant MAX_ASSETS = 16;
    uint256 private constant MAX_CLASSES = 4;
    uint256 private constant MAX_DECIMALS = 9;
    uint256 private constant MAX_MEMBERS = 64;
    uint256 private constant MAX_NAME = 32;

    /// Where the reader is.
    struct Reader {
        bytes document;
        uint256 position;
    }

    /// Reads the whole document.
    function parse(bytes memory document) internal pure returns (RegistryTerms memory terms) {
        Reader memory reader = Reader(document, 0);
        terms.digest = sha256(bytes.concat(bytes32("solvency.v1.registry"), document));
        if (keccak256(_text(reader)) != keccak256("solvency-registry/1")) revert DocumentFormat();
        _text(reader); // name
        _small(reader); // version
        _text(reader); // quote
        terms.assets = _assets(reader);
        _classes(reader);
        terms.epoch = _schedule(reader);
        terms.round = _schedule(reader);
        terms.attestors = _majority(reader);
        terms.oracles = _twoThirds(reader);
        _majority(reader); // witnesses: their signatures are on logs, which no contract reads
        terms.maxAsOfSpread = _number(reader);
        terms.maxBookAge = _number(reader);
        terms.validFrom = _number(reader);
        terms.validUntil = _number(reader);
        if (terms.validFrom >= terms.validUntil) revert DocumentWindow(terms.validFrom, terms.validUntil);
        if (reader.position != document.length) revert DocumentTooLong(document.length - reader.position);
    }

    function _assets(Reader memory reader) private pure returns (uint256 count) {
        count = _count(reader, MAX_ASSETS);
        bytes32[] memory names = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            _name(reader, names, i);
            uint256 decimals = _small(reader);
            if (decimals > MAX_DECIMALS) revert DocumentDecimals(decimals);
        }
    }

    function _classes(Reader memory reader) private pure {
        bytes32[] memory names = new bytes32[](_count(reader, MAX_CLASSES));
        for (uint256 i = 0; i < names.length; ++i) {
            _name(reader, names, i);
        }
    }

    function _schedule(Reader memory reader) private pure returns (Schedule memory schedule) {
        schedule = Schedule({zero: _number(reader), length: _number(reader)});
        if (schedule.length == 0) revert DocumentSchedule();
    }

    /// More than half: two quorums share a member.
    function _majority(Reader memory reader) private pure returns (SignerSet memory set) {
        set = _set(reader);
        if (set.threshold <= set.members.length / 2) revert DocumentThreshold(set.threshold, set.members.length);
    }

    /// More than two thirds: two quorums share an honest member while less than a third are dishonest.
    function _twoThirds(Reader memory reader) private pure returns (SignerSet memory set) {
        set = _set(reader);
        if (set.threshold <= (set.members.length * 2) / 3) revert DocumentThreshold(set.threshold, set.members.length);
    }

    function _set(Reader memory reader) private pure returns (SignerSet memory set) {
        set.version = _small(reader);
        set.threshold = _small(reader);
        set.members = new address[](_count(reader, MAX_MEMBERS));
        for (uint256 i = 0; i < set.members.length; ++i) {
            bytes memory member = _text(reader);
            if (member.length != 20) revert DocumentNumber(member.length);
            address signer = address(bytes20(member));
            if (signer == address(0)) revert DocumentMember(signer);
            for (uint256 j = 0; j < i; ++j) {
                if (set.members[j] == signer) revert DocumentMember(signer);
            }
            set.members[i] = signer;
        }
        if (set.threshold > set.members.length) revert DocumentThreshold(set.threshold, set.members.length);
    }

    /// A list's length: not zero, and small before memory is taken for it.
    function _count(Reader memory reader, uint256 allowed) private pure returns (uint256 count) {
        count = _number(reader);
        if (count == 0 || count > allowed) revert DocumentCount(count, allowed);
    }

    function _name(Reader memory reader, bytes32[] memory names, uint256 index) private pure {
        bytes memory name = _text(reader);
        if (name.length == 0 || name.length > MAX_NAME) revert DocumentName(name);
        for (uint256 i = 0; i < name.length; ++i) {
            if (!_isPlain(name[i])) revert DocumentName(name);
        }
        bytes32 hash = keccak256(name);
        for (uint256 i = 0; i < index; ++i) {
            if (names[i] == hash) revert DocumentName(name);
        }
        names[index] = hash;
    }

    function _isPlain(bytes1 c) private pure returns (bool) {
        return (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c >= "0" && c <= "9") || c == "-" || c == "_"
            || c == ".";
    }

    /// A number of at most 32 bits.
    function _small(Reader memory reader) private pure returns (uint32) {
        uint64 value = _number(reader);
        if (value > type(uint32).max) revert DocumentNumber(value);
        return uint32(value);
    }

    /// Eight big-endian bytes.
    function _number(Reader memory reader) private pure returns (uint64) {
        return uint64(bytes8(_bytes(reader, 8)));
    }

    /// Bytes behind their length.
    function _text(Reader memory reader) private pure returns (bytes memory) {
        return _bytes(reader, _number(reader));
    }

    function _bytes(Reader memory reader, uint256 length) private pure returns (bytes memory taken) {
        uint256 start = reader.position;
        uint256 end = start + length; // Both are below 2^64 + the document's length.
        if (end > reader.document.length) revert DocumentTooShort(end);
        taken = new bytes(length);
        bytes memory document = reader.document;
        assembly ("memory-safe") {
            mcopy(add(taken, 0x20), add(add(document, 0x20), start), length)
        }
        reader.position = end;
    }
}
