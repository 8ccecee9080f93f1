//! Random acts in random order: none skips a step, permits without certificate, password and intent, or registers a
//! PIN that the core refused; a refused act changes nothing; a stored state is the state.

use super::*;
use proptest::prelude::*;
use renkei_procedure::accounts::{Accounts, PinOutcome};
use renkei_procedure::deadline::TimeLimits;
use renkei_procedure::linkage::{Linkage, Step, Unserved};
use renkei_procedure::permission::Kept;
use renkei_shared::linkage::EndReason;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Debug, Clone)]
enum Act {
    BeginCertificate,
    Certificate { good: bool },
    Password { served: bool },
    Businesses(Vec<Business>),
    Pins(Vec<(u8, PinOutcome)>),
    Confirm,
    AddMore,
    Permit { accounts: Vec<u8>, intent: bool },
    GiveUp,
    HandOver { redeemed: bool },
    Cancel,
    Extend,
    Wait(u64),
}

fn business() -> impl Strategy<Value = Business> {
    prop::sample::select(Business::ALL.to_vec())
}

fn outcome() -> impl Strategy<Value = PinOutcome> {
    prop_oneof![
        3 => Just(PinOutcome::Accepted),
        1 => (0_u32..5).prop_map(|remaining_tries| PinOutcome::Wrong { remaining_tries }),
        1 => Just(PinOutcome::Locked),
        1 => Just(PinOutcome::Unknown),
        1 => Just(PinOutcome::Unavailable),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::BeginCertificate),
        1 => prop::bool::weighted(0.8).prop_map(|good| Act::Certificate { good }),
        2 => prop::bool::weighted(0.9).prop_map(|served| Act::Password { served }),
        2 => prop::collection::vec(business(), 0..3).prop_map(Act::Businesses),
        3 => prop::collection::vec((0_u8..5, outcome()), 0..4).prop_map(Act::Pins),
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
                    let ids: Vec<AccountId> = rows.iter().map(|(row, _)| account(*row)).collect();
                    let selected = linkage.select_rows(&ids, &accounts, now);
                    match selected {
                        Ok(selection) => {
                            prop_assert!(ids.iter().all(|id| eligible(id) && !told.registered.contains(id)));
                            let outcomes: Vec<_> = rows.iter().map(|(row, outcome)| (account(*row), *outcome)).collect();
                            let result = linkage.pins_checked(&selection, outcomes.clone());
                            prop_assert!(result.is_ok());
                            told.registered.extend(
                                outcomes.iter().filter(|(_, o)| *o == PinOutcome::Accepted).map(|(id, _)| *id),
                            );
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
                    let result = linkage.permit(&ids, intent, &accounts, Some(&kept), now);
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
