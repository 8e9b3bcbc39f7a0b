//! The life of a position, from the registry's document to its expiry.

use revm::primitives::hardfork::SpecId;
use solvency_verifier::registry::Schedule;

use super::calls;
use super::world::{BREACHED, COVERED, EXPIRED, FIXTURE_NOW, GRACE, IN_GRACE, LAG, World, returned};
use crate::abi;
use crate::chain::{FORKS, Outcome};

/// When a round is more than the venue's lag behind.
fn too_old(schedule: &Schedule, round: u64) -> u64 {
    schedule.zero + (round + LAG + 1) * schedule.seconds
}

#[test]
fn a_position_is_covered_topped_up_and_expires() {
    for spec in FORKS {
        let mut world = World::at(spec, 1).bound();
        assert_eq!(world.state(), 0);
        let round = world.round(0);
        let update = world.update(&world.first, 0);
        world.accept(update);
        let until = too_old(&world.trust.registry.round, round.round.round);
        assert_eq!(world.coverage(), [until, round.round.round, FIXTURE_NOW]);
        assert_eq!(world.state(), COVERED);

        // The pledge is released for a larger one: coverage ends with the spending, and comes back with the new claim's.
        let second = world.second.allocations[1].clone();
        world.accept(world.allocation(&second));
        assert_eq!(world.state(), IN_GRACE);
        assert_eq!(world.coverage()[0], FIXTURE_NOW);
        let claim = world.second.claim.clone();
        world.accept(calls::record_claim(&claim));
        world.accept(world.bind(&world.second));
        // R1: the same round again is refused, the next one is not.
        let again = world.update(&world.second, 0);
        world.refuse("RoundNotLater(uint64,uint64)", again);
        world.chain.set_time(FIXTURE_NOW + 60);
        let next = world.update(&world.second, 60);
        world.accept(next);
        let until = until + world.trust.registry.round.seconds;
        assert_eq!(world.coverage(), [until, round.round.round + 1, FIXTURE_NOW + 60]);

        let account = world.first.claim.claim.account;
        let venue = world.first.claim.claim.venue;
        let mark = calls::mark_expired(&account, &venue);
        let end = until + GRACE;
        for (time, state) in [(until - 1, COVERED), (until, IN_GRACE), (end - 1, IN_GRACE)] {
            world.chain.set_time(time);
            assert_eq!(world.state(), state, "{time}");
            world.refuse("NotExpired(bytes32,bytes32)", mark.clone());
        }
        world.chain.set_time(end);
        assert_eq!(world.state(), EXPIRED);
        world.accept(mark.clone());
        world.refuse("NotExpired(bytes32,bytes32)", mark);
        assert_eq!(world.state(), EXPIRED);
        // A later coverage clears it.
        let later = end - FIXTURE_NOW;
        let update = world.update(&world.second, later);
        world.accept(update);
        assert_eq!(world.state(), COVERED);
    }
}

#[test]
fn only_the_chain_that_the_claim_names_acts_on_it() {
    let mut here = World::at(SpecId::OSAKA, 1).bound();
    let mut there = World::at(SpecId::OSAKA, 2).with_ledger();
    let claim = here.first.claim.clone();
    there.refuse("WrongAudience(uint256,address)", calls::record_claim(&claim));
    there.refuse("WrongAudience(uint256,address)", there.bind(&there.first));
    let update = here.update(&here.first, 0);
    here.accept(update.clone());
    assert_eq!(here.state(), COVERED);
    // The bytes that move a position here have no position there.
    there.refuse("BindingMismatch(bytes32,bytes32)", update);
    assert_eq!(there.state(), 0);
}

#[test]
fn a_newer_claim_ends_the_coverage_of_an_older_one() {
    let mut world = World::new().bound();
    let update = world.update(&world.first, 0);
    world.accept(update);
    let mut newer = world.first.claim.clone();
    newer.claim.number += 1;
    world.sign_claim(&mut newer);
    world.accept(calls::record_claim(&newer));
    assert_eq!(world.state(), IN_GRACE);
    let update = world.update(&world.first, 60);
    world.chain.set_time(FIXTURE_NOW + 60);
    world.refuse("BindingMismatch(bytes32,bytes32)", update);
}

#[test]
fn two_histories_of_an_account_end_its_coverage_for_good() {
    let mut world = World::new().bound();
    let update = world.update(&world.first, 0);
    world.accept(update);
    let first = world.first.allocations[0].clone();
    let mut other = first.clone();
    other.proven.statement.nonce.0[0] ^= 1;
    world.refuse("NoEquivocation()", calls::report_equivocation(&first, &first));
    world.refuse("WrongSigner(address,address)", calls::report_equivocation(&first, &other));
    world.sign_allocation(&mut other);
    world.accept(calls::report_equivocation(&first, &other));
    assert_eq!(world.state(), BREACHED);
    assert_eq!(world.coverage()[0], FIXTURE_NOW);
    world.refuse("AlreadyRecorded(bytes32)", calls::report_equivocation(&first, &other));
    world.chain.set_time(FIXTURE_NOW + 60);
    let next = world.update(&world.first, 60);
    world.accept(next);
    assert_eq!(world.state(), BREACHED);
}

#[test]
fn an_allocation_of_another_sequence_is_no_second_history() {
    let mut world = World::new();
    let [first, second] = [0, 1].map(|i| world.second.allocations[i].clone());
    world.refuse("NoEquivocation()", calls::report_equivocation(&first, &second));
}

#[test]
fn grace_stands_still_while_the_registry_is_paused() {
    let mut world = World::new().bound();
    let update = world.update(&world.first, 0);
    world.accept(update);
    let until = world.coverage()[0];
    // Paused 100 s into the grace, for 1,000 s.
    world.chain.set_time(until + 100);
    assert!(matches!(world.guardian("pause()"), Outcome::Returned(_)));
    let late = world.update(&world.first, 600);
    world.refuse("EnforcedPause()", late);
    world.chain.set_time(until + GRACE + 50);
    assert_eq!(world.state(), IN_GRACE);
    world.chain.set_time(until + 1_100);
    assert!(matches!(world.guardian("unpause()"), Outcome::Returned(_)));
    world.chain.set_time(until + GRACE + 1_000 - 1);
    assert_eq!(world.state(), IN_GRACE);
    world.chain.set_time(until + GRACE + 1_000);
    assert_eq!(world.state(), EXPIRED);
}

#[test]
fn a_pause_ends_by_itself_and_none_follows_at_once() {
    const WEEK: u64 = 7 * 86_400;
    let mut world = World::new();
    assert!(matches!(world.guardian("pause()"), Outcome::Returned(_)));
    world.refuse("EnforcedPause()", abi::call("pause()", vec![]));
    world.chain.set_time(FIXTURE_NOW + WEEK - 1);
    assert_eq!(world.send(abi::call("paused()", vec![])), returned(1));
    world.chain.set_time(FIXTURE_NOW + WEEK);
    assert_eq!(world.send(abi::call("paused()", vec![])), returned(0));
    assert_eq!(world.send(abi::call("pauseEnd()", vec![])), returned(FIXTURE_NOW + WEEK));
    world.chain.set_time(FIXTURE_NOW + 2 * WEEK - 1);
    world.refuse("PauseTooSoon(uint40)", abi::call("pause()", vec![]));
    world.chain.set_time(FIXTURE_NOW + 2 * WEEK);
    world.accept(abi::call("pause()", vec![]));
}
