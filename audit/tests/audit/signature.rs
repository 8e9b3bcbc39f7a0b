//! The auditor's statement over pack and page.

use solvency_audit::{AuditStatement, SignError, SignedReport};
use solvency_verifier::encoding::{Bytes32, Domain, TypedData, keccak256};
use solvency_verifier::statement::SignatureError;

use crate::audit_of;
use crate::world::{NOON, World, address, json, key, sign};

#[test]
fn a_signed_audit_is_of_these_bytes_by_this_auditor() {
    let world = World::new();
    let report = audit_of(&world, &[NOON]).run();
    let auditor = key("releaser-b");
    let statement = report.statement(address(&auditor));
    assert_eq!((statement.accepted, statement.breaches, statement.refused), (true, 0, 0));
    let signed = SignedReport::sign(world.registry(), statement.clone(), |_, digest| {
        Ok::<_, String>(sign(&auditor, digest))
    });
    let signed = signed.unwrap();
    let (pack, page) = (report.to_json().as_bytes(), report.to_html().into_bytes());
    let read = SignedReport::from_json(signed.to_json().as_bytes()).unwrap();
    assert_eq!(read, signed);
    let verify = |signed: &SignedReport, pack: &[u8], page: &[u8]| {
        signed.verify(pack, page, &world.registry(), &address(&auditor))
    };
    assert_eq!(verify(&read, pack, &page), Ok(()));

    let altered = [pack, b" "].concat();
    assert!(matches!(verify(&read, &altered, &page), Err(SignError::Differs { what: "pack", .. })));
    assert!(matches!(verify(&read, pack, &page[1..]), Err(SignError::Differs { what: "page", .. })));
    let mut claimed = read.clone();
    claimed.statement.breaches = 1;
    assert!(matches!(verify(&claimed, pack, &page), Err(SignError::Signature(_))));
    let other = read.verify(pack, &page, &Bytes32([1; 32]), &address(&auditor));
    assert!(matches!(other, Err(SignError::Registry { .. })));
    let other = read.verify(pack, &page, &world.registry(), &address(&key("venue-a")));
    assert!(matches!(other, Err(SignError::Auditor { .. })));

    let wrong = SignedReport::sign(world.registry(), statement.clone(), |_, digest| {
        Ok::<_, String>(sign(&key("venue-a"), digest))
    });
    assert!(matches!(wrong, Err(SignError::Signature(SignatureError::WrongSigner { .. }))));
    let refused = SignedReport::sign(world.registry(), statement, |_, _| Err("locked"));
    assert_eq!(refused, Err(SignError::Signer("locked".into())));
}

#[test]
fn a_signed_audit_is_read_strictly() {
    let world = World::new();
    let auditor = key("releaser-b");
    let statement = audit_of(&world, &[NOON]).run().statement(address(&auditor));
    let signed =
        SignedReport::sign(world.registry(), statement, |_, digest| Ok::<_, String>(sign(&auditor, digest)))
            .unwrap();
    let whole = json(&signed);
    for length in 0..whole.len() {
        assert!(matches!(SignedReport::from_json(&whole[..length]), Err(SignError::Form(_))), "{length}");
    }
    let mut value = serde_json::to_value(&signed).unwrap();
    value["format"] = "solvency-audit-signature/2".into();
    assert!(matches!(SignedReport::from_json(&json(&value)), Err(SignError::Form(_))));
    assert!(matches!(SignedReport::from_json(&vec![b' '; 17 << 10]), Err(SignError::Form(_))));
}

/// The statement's words, put together here by hand.
#[test]
fn the_statement_is_eip_712() {
    let statement = AuditStatement {
        pack: Bytes32([1; 32]),
        page: Bytes32([2; 32]),
        accepted: true,
        breaches: 3,
        refused: 4,
        from: 5,
        until: 6,
        now: 7,
        auditor: solvency_verifier::Address([8; 20]),
    };
    let word = |number: u8| [[0; 31].as_slice(), &[number]].concat();
    let mut words = keccak256(AuditStatement::TYPE.as_bytes()).0.to_vec();
    words.extend([1; 32]);
    words.extend([2; 32]);
    [1, 3, 4, 5, 6, 7].into_iter().for_each(|number| words.extend(word(number)));
    words.extend([0; 12]);
    words.extend([8; 20]);
    assert_eq!(statement.struct_hash(), keccak256(&words));
    let domain = Domain::of_registry(&Bytes32([9; 32]));
    let message = [[0x19, 0x01].as_slice(), &domain.separator().0, &keccak256(&words).0].concat();
    assert_eq!(statement.digest(&domain), keccak256(&message));
}
