// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {RegistryDocument, RegistryTerms} from "../../solidity/registry/RegistryDocument.sol";
import {DocumentReader} from "../../solidity/test/DocumentReader.sol";
import {Test} from "../Test.sol";

/// The registry's document is read to its last byte, and contradicts itself nowhere.
contract RegistryDocumentTest is Test {
    DocumentReader private reader;

    function setUp() public {
        reader = DocumentReader(deploy("DocumentReader", ""));
    }

    function _text(string memory text) private pure returns (bytes memory) {
        return abi.encodePacked(uint64(bytes(text).length), text);
    }

    function _set(uint64 threshold, uint160 first, uint64 count) private pure returns (bytes memory set) {
        set = abi.encodePacked(uint64(1), threshold, count);
        for (uint160 i = 0; i < count; ++i) {
            set = abi.encodePacked(set, uint64(20), address(first + i));
        }
    }

    function _document(bytes memory head, bytes memory assets, bytes memory schedules, bytes memory sets, uint64 until)
        private
        pure
        returns (bytes memory)
    {
        bytes memory bounds = abi.encodePacked(uint64(600), uint64(86_400), uint64(1_000), until);
        return bytes.concat(head, assets, schedules, sets, bounds);
    }

    function _head() private pure returns (bytes memory) {
        return bytes.concat(_text("solvency-registry/1"), _text("example"), abi.encodePacked(uint64(7)), _text("USD"));
    }

    function _assets() private pure returns (bytes memory) {
        bytes memory two = bytes.concat(_text("BTC"), abi.encodePacked(uint64(8)), _text("ETH"), abi.encodePacked(uint64(9)));
        return bytes.concat(abi.encodePacked(uint64(2)), two, abi.encodePacked(uint64(1)), _text("cold"));
    }

    function _schedules() private pure returns (bytes memory) {
        return abi.encodePacked(uint64(100), uint64(86_400), uint64(200), uint64(60));
    }

    function _sets(uint64 attestors, uint64 oracles) private pure returns (bytes memory) {
        return bytes.concat(_set(attestors, 0xa1, 3), _set(oracles, 1, 4), _set(2, 0xb1, 3));
    }

    function _valid() private pure returns (bytes memory) {
        return _document(_head(), _assets(), _schedules(), _sets(2, 3), 2_000);
    }

    function test_every_field_is_read() public view {
        RegistryTerms memory terms = reader.parse(_valid());
        vm.assertEq(terms.digest, sha256(bytes.concat(bytes32("solvency.v1.registry"), _valid())));
        vm.assertEq(terms.assets, 2);
        vm.assertEq(terms.epoch.zero, 100);
        vm.assertEq(terms.epoch.length, 86_400);
        vm.assertEq(terms.round.zero, 200);
        vm.assertEq(terms.round.length, 60);
        vm.assertEq(terms.attestors.threshold, 2);
        vm.assertEq(terms.attestors.members.length, 3);
        vm.assertEq(terms.attestors.members[2], address(0xa3));
        vm.assertEq(terms.oracles.threshold, 3);
        vm.assertEq(terms.oracles.members[3], address(4));
        vm.assertEq(terms.maxAsOfSpread, 600);
        vm.assertEq(terms.maxBookAge, 86_400);
        vm.assertEq(terms.validFrom, 1_000);
        vm.assertEq(terms.validUntil, 2_000);
    }

    /// Whatever the cut, the document ends too soon.
    function test_a_cut_document_is_refused(uint256 length) public view {
        bytes memory document = _valid();
        length = bound(length, 0, document.length - 1);
        assembly ("memory-safe") {
            mstore(document, length)
        }
        try reader.parse(document) returns (RegistryTerms memory) {
            revert("accepted");
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(bytes4(reason)), bytes32(RegistryDocument.DocumentTooShort.selector));
        }
    }

    function test_trailing_bytes_are_refused(bytes memory more) public {
        vm.assume(more.length > 0);
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentTooLong.selector, more.length));
        reader.parse(bytes.concat(_valid(), more));
    }

    function test_another_format_is_refused() public {
        bytes memory head = bytes.concat(_text("solvency-registry/2"), _text("x"), abi.encodePacked(uint64(7)), _text("USD"));
        vm.expectRevert(RegistryDocument.DocumentFormat.selector);
        reader.parse(_document(head, _assets(), _schedules(), _sets(2, 3), 2_000));
    }

    function test_thresholds_at_which_quorums_meet() public {
        uint64[2][4] memory refused = [[uint64(1), 3], [uint64(4), 3], [uint64(2), 2], [uint64(2), 5]];
        for (uint256 i = 0; i < refused.length; ++i) {
            (uint256 got, uint256 members) = i < 2 ? (refused[i][0], 3) : (refused[i][1], 4);
            vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentThreshold.selector, got, members));
            reader.parse(_document(_head(), _assets(), _schedules(), _sets(refused[i][0], refused[i][1]), 2_000));
        }
        reader.parse(_document(_head(), _assets(), _schedules(), _sets(3, 4), 2_000));
    }

    function test_a_member_stands_once_and_is_not_zero() public {
        bytes memory attestors = abi.encodePacked(uint64(1), uint64(2), uint64(2), uint64(20), address(1), uint64(20), address(1));
        bytes memory sets = bytes.concat(attestors, _set(3, 1, 4), _set(2, 0xb1, 3));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentMember.selector, address(1)));
        reader.parse(_document(_head(), _assets(), _schedules(), sets, 2_000));
        sets = bytes.concat(_set(2, 0, 3), _set(3, 1, 4), _set(2, 0xb1, 3));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentMember.selector, address(0)));
        reader.parse(_document(_head(), _assets(), _schedules(), sets, 2_000));
    }

    function test_lists_have_from_one_to_their_most_entries() public {
        bytes memory none = abi.encodePacked(uint64(0));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentCount.selector, 0, 16));
        reader.parse(_document(_head(), none, _schedules(), _sets(2, 3), 2_000));
        // The count is refused before memory is taken for it.
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentCount.selector, type(uint64).max, 16));
        reader.parse(_document(_head(), abi.encodePacked(type(uint64).max), _schedules(), _sets(2, 3), 2_000));
        bytes memory sets = bytes.concat(_set(33, 1, 65), _set(3, 1, 4), _set(2, 0xb1, 3));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentCount.selector, 65, 64));
        reader.parse(_document(_head(), _assets(), _schedules(), sets, 2_000));
        sets = bytes.concat(_set(33, 1, 64), _set(3, 1, 4), _set(2, 0xb1, 3));
        reader.parse(_document(_head(), _assets(), _schedules(), sets, 2_000));
    }

    function test_names_are_plain_and_distinct() public {
        string[4] memory names = ["", "B C", "BTC", "a-name-of-thirty-three-characters"];
        for (uint256 i = 0; i < names.length; ++i) {
            bytes memory two = bytes.concat(_text("BTC"), abi.encodePacked(uint64(8)), _text(names[i]), abi.encodePacked(uint64(9)));
            bytes memory assets = bytes.concat(abi.encodePacked(uint64(2)), two, abi.encodePacked(uint64(1)), _text("cold"));
            vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentName.selector, bytes(names[i])));
            reader.parse(_document(_head(), assets, _schedules(), _sets(2, 3), 2_000));
        }
    }

    function test_decimals_lengths_and_windows_are_checked() public {
        bytes memory one = bytes.concat(_text("BTC"), abi.encodePacked(uint64(10)));
        bytes memory assets = bytes.concat(abi.encodePacked(uint64(1)), one, abi.encodePacked(uint64(1)), _text("cold"));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentDecimals.selector, 10));
        reader.parse(_document(_head(), assets, _schedules(), _sets(2, 3), 2_000));
        bytes memory schedules = abi.encodePacked(uint64(100), uint64(86_400), uint64(200), uint64(0));
        vm.expectRevert(RegistryDocument.DocumentSchedule.selector);
        reader.parse(_document(_head(), _assets(), schedules, _sets(2, 3), 2_000));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentWindow.selector, 1_000, 1_000));
        reader.parse(_document(_head(), _assets(), _schedules(), _sets(2, 3), 1_000));
        bytes memory head =
            bytes.concat(_text("solvency-registry/1"), _text("x"), abi.encodePacked(uint64(1) << 32), _text("USD"));
        vm.expectRevert(abi.encodeWithSelector(RegistryDocument.DocumentNumber.selector, 1 << 32));
        reader.parse(_document(head, _assets(), _schedules(), _sets(2, 3), 2_000));
    }
}
