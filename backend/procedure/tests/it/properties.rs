//! Random acts in random order: none skips a step, permits without certificate, password and intent, or registers a
//! PIN that the core has not accepted, for a PIN is on file by [`PinToKeep`] alone; a refused act changes nothing; a
//! stored state is the state.

use super::*;
use proptest::prelude::*;
use renkei_procedure::accounts::{Accounts, PinOutcome};
use renkei_procedure::deadline::TimeLimits;
use renkei_procedure::inquiry_pin::InquiryPin;
use renkei_procedure::linkage::{Linkage, Step, Unserved};
use renkei_procedure::permission::Kept;
use renkei_procedure::pin_check::{CoreVerdict, PinToKeep, judge};
use renkei_shared::linkage::EndReason;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Debug, Clone)]
enum Act {
    BeginCertificate,
    Certificate {
        good: bool,
    },
    Password {
        served: bool,
    },
    Businesses(Vec<Business>),
    /// Rows with what the core says of each, and whether the store is able to keep it.
    Pins(Vec<(u8, CoreVerdict, bool)>),
    Confirm,
    AddMore,
    Permit {
        accounts: Vec<u8>,
        intent: bool,
    },
    GiveUp,
    HandOver {
        redeemed: bool,
    },
    Cancel,
    Extend,
    Wait(u64),
}

fn business() -> impl Strategy<Value = Business> {
    prop::sample::select(Business::ALL.to_vec())
}

fn verdict() -> impl Strategy<Value = CoreVerdict> {
    prop_oneof![
        4 => Just(CoreVerdict::Accepted),
        1 => (0_u32..5).prop_map(|remaining_tries| CoreVerdict::Refused { remaining_tries }),
        1 => Just(CoreVerdict::Locked),
        1 => Just(CoreVerdict::Closed),
        1 => Just(CoreVerdict::Unavailable),
        1 => Just(CoreVerdict::Unknown),
    ]
}

/// What the server does with one row: only what the rule lets through can reach the file.
fn register(row: AccountId, verdict: CoreVerdict, kept: bool, file: &mut BTreeSet<AccountId>) -> PinOutcome {
    match judge(row, InquiryPin::parse("1234").unwrap(), verdict) {
        Ok(accepted) => {
            if kept {
                put(&accepted, file);
            }
            accepted.outcome(kept)
        }
        Err(outcome) => outcome,
    }
}

fn put(accepted: &PinToKeep, file: &mut BTreeSet<AccountId>) {
    file.insert(accepted.account());
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::BeginCertificate),
        1 => prop::bool::weighted(0.8).prop_map(|good| Act::Certificate { good }),
        2 => prop::bool::weighted(0.9).prop_map(|served| Act::Password { served }),
        2 => prop::collection::vec(business(), 0..3).prop_map(Act::Businesses),
        3 => prop::collection::vec((0_u8..5, verdict(), prop::bool::weighted(0.8)), 0..4).prop_map(Act::Pins),
        2 => Just(Act::Confirm),
        1 => Just(Act::AddMore),
        3 => (prop::collection::vec(0_u8..5, 0..4), prop::bool::weighted(0.7))
            .prop_map(|(accounts, intent)| Act::Permit { accounts, intent }),
        1 => any::<bool>().prop_map(|redeemed| Act::HandOver { redeemed }),
        1 => prop::sample::select(vec![Act::Cancel, Act::GiveUp, Act::Extend, Act::Extend, Act::Extend, Act::Extend]),
        1 => (0_u64..400).prop_map(Act::Wait),
    ]
}

/// What must be true, told by the acts that succeeded and by nothing else.
#[derive(Debug, Default)]
struct Told {
    certificate: bool,
    password: bool,
    businesses: BTreeSet<Business>,
    registered: BTreeSet<AccountId>,
}

fn rank(step: &Step) -> u8 {
    match step {
        Step::Login(login) if login.awaiting_password().is_none() => 0,
        Step::Login(_) => 1,
        Step::BusinessSelection(_) => 2,
        Step::PinRegistration(_) => 3,
        Step::PinResult(_) => 4,
        Step::Permission { .. } => 5,
        Step::Returning { .. } => 6,
        Step::Ended(_) => 7,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn random_acts_never_skip_a_proof(
        acts in prop::collection::vec(act(), 0..60),
        choose in any::<bool>(),
        already in prop::collection::btree_set(0_u8..4, 0..5),
        named in prop::option::weighted(0.5, prop::collection::btree_set(0_u8..6, 1..5)),
        kept_accounts in prop::collection::btree_set(0_u8..6, 0..3),
        kept_businesses in prop::collection::btree_set(business(), 0..3),
    ) {
        let limits = TimeLimits::default();
        let mut now = start();
        let policy = if choose { BusinessPolicy::Choose } else { BusinessPolicy::Fixed };
        let all: Vec<AccountId> = (0..4).map(account).collect();
        let named: Option<BTreeSet<AccountId>> = named.map(|named| named.into_iter().map(account).collect());
        let eligible = |id: &AccountId| all.contains(id) && named.as_ref().is_none_or(|named| named.contains(id));
        let kept = Kept {
            from_date: None,
            businesses: kept_businesses,
            accounts: kept_accounts.into_iter().map(account).collect(),
        };
        let mut linkage = Linkage::arrive(PartnerTerms { accounts: named.clone(), ..terms(policy) }, &limits, now);
        let mut told = Told::default();
        told.registered.extend(already.into_iter().map(account));
        if !choose {
            told.businesses = terms(policy).businesses;
        }

        for act in acts {
            let before = linkage.clone();
            let accounts = Accounts::new(all.clone(), told.registered.iter().copied());
            let rank_before = rank(before.step());
            let ended_before = before.end(now).is_some();
            let result = match act {
                Act::BeginCertificate => linkage.begin_certificate(now).map(drop),
                Act::Certificate { good } => {
                    let judged = if good { good_certificate() } else { bad_certificate() };
                    let result = linkage.certificate_judged(judged, now);
                    if result.is_ok() {
                        told.certificate = good;
                    }
                    result
                }
                Act::Password { served } => {
                    let fit = if served { Ok(()) } else { Err(Unserved::OtherCustomer) };
                    let result = linkage.password_matched(password_match(), fit, &accounts, now);
                    if result.is_ok() {
                        prop_assert!(told.certificate);
                        told.password = true;
                        let dead_end = match linkage.step() {
                            Step::Ended(reason) => Some(*reason),
                            _ => None,
                        };
                        let expected = match (served, all.iter().any(&eligible)) {
                            (false, _) => Some(EndReason::OtherCustomer),
                            (true, false) => Some(EndReason::NoAccountOffered),
                            (true, true) => None,
                        };
                        prop_assert_eq!(dead_end, expected);
                    }
                    result
                }
                Act::Businesses(chosen) => {
                    let chosen: BTreeSet<Business> = chosen.into_iter().collect();
                    let result = linkage.choose_businesses(chosen.clone(), &accounts, now);
                    if result.is_ok() {
                        prop_assert!(choose);
                        told.businesses = chosen;
                    }
                    result
                }
                Act::Pins(rows) => {
                    let ids: Vec<AccountId> = rows.iter().map(|(row, ..)| account(*row)).collect();
                    let selected = linkage.select_rows(&ids, &accounts, now);
                    match selected {
                        Ok(selection) => {
                            prop_assert!(ids.iter().all(|id| eligible(id) && !told.registered.contains(id)));
                            let before = told.registered.clone();
                            let outcomes: Vec<_> = rows
                                .iter()
                                .map(|(row, verdict, kept)| {
                                    let row = account(*row);
                                    (row, register(row, *verdict, *kept, &mut told.registered))
                                })
                                .collect();
                            for ((row, verdict, kept), (_, outcome)) in rows.iter().zip(&outcomes) {
                                let row = account(*row);
                                let accepted = *verdict == CoreVerdict::Accepted;
                                prop_assert_eq!(told.registered.contains(&row), accepted && *kept);
                                prop_assert!(!before.contains(&row));
                                prop_assert_eq!(*outcome == PinOutcome::Accepted, accepted && *kept);
                                prop_assert_eq!(*outcome == PinOutcome::NotKept, accepted && !*kept);
                            }
                            let result = linkage.pins_checked(&selection, outcomes);
                            prop_assert!(result.is_ok());
                            let Step::PinResult(chosen) = linkage.step() else { panic!("{:?}", linkage.step()) };
                            for id in &all {
                                prop_assert!(!chosen.registered_now(*id) || told.registered.contains(id));
                            }
                            result
                        }
                        Err(refused) => Err(refused),
                    }
                }
                Act::Confirm => linkage.confirm(&accounts, now),
                Act::AddMore => linkage.add_more(&accounts, now),
                Act::Permit { accounts: rows, intent } => {
                    let ids: Vec<AccountId> = rows.iter().map(|row| account(*row)).collect();
                    let result = linkage.permit(&ids, intent, &accounts, Some(&kept), None, now);
                    if let Ok(permitted) = &result {
                        prop_assert!(told.certificate && told.password && intent);
                        prop_assert!(!permitted.accounts().is_empty());
                        let new = |id: &AccountId| told.registered.contains(id) && eligible(id);
                        prop_assert!(permitted.accounts().iter().all(|id| new(id) || kept.accounts.contains(id)));
                        prop_assert!(permitted.accounts().is_superset(&kept.accounts));
                        let businesses: BTreeSet<Business> = told.businesses.union(&kept.businesses).copied().collect();
                        prop_assert_eq!(permitted.businesses(), &businesses);
                        prop_assert!(!permitted.businesses().is_empty());
                        prop_assert!(permitted.logged_in_at() <= now);
                    }
                    result.map(drop)
                }
                Act::GiveUp => {
                    let result = linkage.give_up(Unserved::GrantEnded, now);
                    prop_assert_eq!(result.is_ok(), rank_before == 5 && !ended_before);
                    result
                }
                Act::HandOver { redeemed } => {
                    let result = linkage.hand_over(redeemed, Duration::from_secs(60), now);
                    prop_assert!(result.is_err() || !redeemed);
                    result.map(drop)
                }
                Act::Cancel => linkage.cancel(now),
                Act::Extend => linkage.extend(&limits, now),
                Act::Wait(seconds) => {
                    now = now.plus(Duration::from_secs(seconds));
                    Ok(())
                }
            };
            if result.is_err() {
                prop_assert_eq!(&linkage, &before, "a refused act changes nothing");
            }
            if ended_before {
                prop_assert_eq!(&linkage, &before, "what is over stays over");
            }
            let rank_after = rank(linkage.step());
            if (2..7).contains(&rank_after) {
                prop_assert!(told.certificate && told.password, "beyond login without both proofs");
            }
            if rank_before < 5 && rank_after == 6 {
                prop_assert!(false, "permitted without the permission page");
            }
            let stored = serde_json::to_string(&linkage).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Linkage>(&stored).unwrap(), &linkage);
            prop_assert!(!stored.contains(SECRET), "no secret is part of the state");
        }
    }
}
