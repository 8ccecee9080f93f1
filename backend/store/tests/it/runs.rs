//! Runs and their acts.

use crate::scene::{
    RACERS, at, claim, claimed, digest, id, json, new_code, new_grant, new_run, new_tokens, partner_id,
    permit, race, settled, user,
};
use renkei_procedure::identity::{CustomerSessionId, LinkageId};
use renkei_store::{
    AuditFilter, ClaimOutcome, ClaimRequest, ClaimedRun, Completion, CookieMark, Effects, MAX_OF_REQUEST,
    NewAuditEvent, NewRun, Redemption, RunId, RunKind, RunUpdate, StoreError, Withdrawal,
};
use uuid::Uuid;

fn nothing_else() -> Effects {
    Effects::default()
}

#[tokio::test]
async fn a_run_is_found_by_id_and_cookie_of_its_kind_only() {
    for database in settled().await {
        let runs = database.store().runs();
        let linkage = new_run(1);
        runs.insert(&linkage).await.unwrap();
        let session_id: CustomerSessionId = id(2);
        let session = NewRun {
            id: session_id.into(),
            partner_id: None,
            user_id: Some(user()),
            ..new_run(2)
        };
        runs.insert(&session).await.unwrap();

        let found = runs.find(linkage.id).await.unwrap().unwrap();
        assert_eq!(
            (found.version, &found.state, found.cookie),
            (1, &linkage.state, linkage.cookie)
        );
        assert_eq!(
            runs.find_by_cookie(RunKind::Linkage, digest(1)).await.unwrap(),
            Some(found)
        );
        assert_eq!(
            runs.find_by_cookie(RunKind::CustomerSession, digest(1))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            runs.find(session_id).await.unwrap().unwrap().user_id,
            Some(user())
        );
        assert_eq!(
            runs.find(id::<LinkageId>(2)).await.unwrap(),
            None,
            "a session is no linkage"
        );
        let wrong_kind = NewRun {
            id: RunId::CustomerSession(id(1)),
            ..new_run(9)
        };
        let outcome = runs.claim(claim(&wrong_kind, 1, "act", 0)).await.unwrap();
        assert!(matches!(outcome, ClaimOutcome::Unknown));

        let same_cookie = NewRun {
            cookie: linkage.cookie,
            ..new_run(3)
        };
        assert_eq!(runs.insert(&same_cookie).await, Err(StoreError::Conflict));
    }
}

#[tokio::test]
async fn a_run_keeps_the_key_and_the_request_with_which_it_began() {
    for database in settled().await {
        let store = database.store();
        let of_request = NewRun {
            request_uri_hash: Some(digest(200)),
            key_id: Some("2026-11".to_owned()),
            ..new_run(1)
        };
        let direct = NewRun {
            request_uri_hash: None,
            key_id: None,
            ..new_run(2)
        };
        for run in [&of_request, &direct] {
            store.runs().insert(run).await.unwrap();
            let act = claimed(store, claim(run, 1, "on", 0)).await;
            let update = RunUpdate::of(act.record(), json("on"));
            store
                .runs()
                .complete(&act, update, &json("on"), &nothing_else(), at(1))
                .await
                .unwrap();
            let moved = store.runs().find(run.id).await.unwrap().unwrap();
            assert_eq!(
                (moved.request_uri_hash, &moved.key_id),
                (run.request_uri_hash, &run.key_id)
            );
        }
    }
}

#[tokio::test]
async fn the_linkages_of_a_request_are_those_that_have_not_ended() {
    for database in settled().await {
        let store = database.store();
        let of_request = |number: u8, hash: u8| NewRun {
            request_uri_hash: Some(digest(hash)),
            started_at: at(number.into()),
            ..new_run(number)
        };
        for run in [
            of_request(1, 200),
            of_request(2, 200),
            of_request(3, 200),
            of_request(4, 201),
            new_run(5),
        ] {
            store.runs().insert(&run).await.unwrap();
        }
        let ended = of_request(2, 200);
        let act = claimed(store, claim(&ended, 1, "cancel", 10)).await;
        let update = RunUpdate {
            ended_at: Some(at(10)),
            ..RunUpdate::of(act.record(), json("ended"))
        };
        store
            .runs()
            .complete(&act, update, &json("ended"), &nothing_else(), at(10))
            .await
            .unwrap();
        let found = store.runs().of_request(digest(200)).await.unwrap();
        let marks: Vec<_> = found.iter().map(|run| (run.id, run.cookie)).collect();
        let expected = [3, 1].map(|number| {
            let run = new_run(number);
            (run.id, run.cookie)
        });
        assert_eq!(marks, expected);
        assert_eq!(store.runs().of_request(digest(202)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn no_more_linkages_of_a_request_are_looked_at_than_is_good() {
    for database in settled().await {
        let store = database.store();
        let most = u8::try_from(MAX_OF_REQUEST).unwrap();
        for number in 1..=most + 2 {
            let run = NewRun {
                request_uri_hash: Some(digest(200)),
                started_at: at(number.into()),
                ..new_run(number)
            };
            store.runs().insert(&run).await.unwrap();
        }
        let found = store.runs().of_request(digest(200)).await.unwrap();
        assert_eq!(found.len(), usize::from(most));
        assert_eq!(found[0].id, new_run(most + 2).id, "the latest first");
    }
}

#[tokio::test]
async fn a_completed_act_moves_the_run_on_and_answers_the_same_again() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let act = claimed(store, claim(&run, 1, "password", 0)).await;
        assert_eq!(act.record().state, run.state);
        let update = RunUpdate {
            user_id: Some(user()),
            cookie: CookieMark {
                counter: 1,
                hash: digest(11),
            },
            expires_at: at(900),
            ..RunUpdate::of(act.record(), json("business_selection"))
        };
        let event = NewAuditEvent {
            id: Uuid::from_u128(1),
            at: at(1),
            kind: "password_right".to_owned(),
            linkage_id: Some(id(1)),
            user_id: Some(user()),
            partner_id: Some(partner_id()),
            detail: json("-"),
        };
        let effects = Effects {
            audit: vec![event],
            ..nothing_else()
        };
        let done = store
            .runs()
            .complete(&act, update, &json("right"), &effects, at(1))
            .await
            .unwrap();
        assert_eq!(done, Completion::Done { version: 2 });

        let moved = store.runs().find(run.id).await.unwrap().unwrap();
        assert_eq!(
            (moved.version, moved.user_id, moved.expires_at),
            (2, Some(user()), at(900))
        );
        assert_eq!(moved.state, json("business_selection"));
        assert_eq!(
            store
                .runs()
                .find_by_cookie(RunKind::Linkage, digest(1))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            store
                .runs()
                .find_by_cookie(RunKind::Linkage, digest(11))
                .await
                .unwrap(),
            Some(moved)
        );
        assert_eq!(
            store
                .audit()
                .list(&AuditFilter::default(), 9)
                .await
                .unwrap()
                .len(),
            1
        );

        for version in [1, 2, 7] {
            let again = store
                .runs()
                .claim(claim(&run, version, "password", 5))
                .await
                .unwrap();
            assert!(matches!(again, ClaimOutcome::Replay(outcome) if outcome == json("right")));
        }
        let stale = store.runs().claim(claim(&run, 1, "businesses", 5)).await.unwrap();
        assert!(matches!(stale, ClaimOutcome::Stale { current_version: 2 }));
        claimed(store, claim(&run, 2, "businesses", 5)).await;
    }
}

#[tokio::test]
async fn a_failed_act_leaves_the_run_but_its_outcome_holds() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let before = store.runs().find(run.id).await.unwrap();
        let act = claimed(store, claim(&run, 1, "password-1", 0)).await;
        assert!(store.runs().fail(&act, &json("wrong"), at(1)).await.unwrap());
        assert!(
            !store
                .runs()
                .fail(&act, &json("wrong again"), at(1))
                .await
                .unwrap()
        );
        assert_eq!(store.runs().find(run.id).await.unwrap(), before);
        let again = store.runs().claim(claim(&run, 1, "password-1", 2)).await.unwrap();
        assert!(matches!(again, ClaimOutcome::Replay(outcome) if outcome == json("wrong")));
        claimed(store, claim(&run, 1, "password-2", 2)).await;
    }
}

#[tokio::test]
async fn a_released_act_may_be_tried_again() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let act = claimed(store, claim(&run, 1, "act", 0)).await;
        store.runs().release(&act).await.unwrap();
        let again = claimed(store, claim(&run, 1, "act", 1)).await;
        store.runs().release(&again).await.unwrap();
        claimed(store, claim(&run, 1, "other", 1)).await;
        // What was given up long ago frees nothing.
        store.runs().release(&again).await.unwrap();
        let third = store.runs().claim(claim(&run, 1, "third", 2)).await.unwrap();
        assert!(matches!(third, ClaimOutcome::InProgress { same_act: false }));
    }
}

#[tokio::test]
async fn while_an_act_is_under_way_no_other_begins() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        claimed(store, claim(&run, 1, "first", 0)).await;
        for act_id in ["first", "second"] {
            let other = store.runs().claim(claim(&run, 1, act_id, 29)).await.unwrap();
            let same = act_id == "first";
            assert!(
                matches!(other, ClaimOutcome::InProgress { same_act } if same_act == same),
                "{act_id}"
            );
        }
        let stale = store.runs().claim(claim(&run, 8, "second", 29)).await.unwrap();
        assert!(matches!(stale, ClaimOutcome::Stale { current_version: 1 }));
    }
}

#[tokio::test]
async fn a_note_of_a_look_changes_no_version_and_gives_way_to_acts() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        assert!(store.runs().note(run.id, 1, &json("noted")).await.unwrap());
        let noted = store.runs().find(run.id).await.unwrap().unwrap();
        assert_eq!((noted.version, noted.state), (1, json("noted")));
        assert!(!store.runs().note(run.id, 2, &json("ahead")).await.unwrap());
        let session = RunId::CustomerSession(id(1));
        assert!(
            !store
                .runs()
                .note(session, 1, &json("of another kind"))
                .await
                .unwrap()
        );

        let act = claimed(store, claim(&run, 1, "password", 0)).await;
        assert!(!store.runs().note(run.id, 1, &json("meanwhile")).await.unwrap());
        let update = RunUpdate::of(act.record(), json("moved on"));
        store
            .runs()
            .complete(&act, update, &json("right"), &nothing_else(), at(1))
            .await
            .unwrap();
        assert!(!store.runs().note(run.id, 1, &json("too late")).await.unwrap());
        let after = store.runs().find(run.id).await.unwrap().unwrap();
        assert_eq!((after.version, after.state), (2, json("moved on")));
    }
}

#[tokio::test]
async fn a_withdrawal_comes_with_its_act_and_is_told_once() {
    for database in settled().await {
        let store = database.store();
        let grant = permit(store, 1).await;
        let run = new_run(2);
        store.runs().insert(&run).await.unwrap();
        let withdrawal = |number: u128, user| Effects {
            withdrawal: Some(Withdrawal {
                grant,
                user,
                audit: NewAuditEvent {
                    id: Uuid::from_u128(number),
                    at: at(200),
                    kind: "withdrawn".to_owned(),
                    linkage_id: None,
                    user_id: Some(user),
                    partner_id: None,
                    detail: json("-"),
                },
            }),
            ..nothing_else()
        };
        let end = async |act: &ClaimedRun, effects: Effects| {
            let update = RunUpdate::of(act.record(), json("list"));
            let outcome = json("list");
            let done = store
                .runs()
                .complete(act, update, &outcome, &effects, at(232))
                .await;
            let grant = store.grants().find(grant).await.unwrap().unwrap();
            let told = AuditFilter {
                kind: Some("withdrawn".to_owned()),
                ..AuditFilter::default()
            };
            let told = store.audit().list(&told, 9).await.unwrap().len();
            (done.unwrap(), grant.ended.is_some(), told)
        };
        let late = claimed(store, claim(&run, 1, "late", 200)).await;
        let foreign = claimed(store, claim(&run, 1, "foreign", 231)).await;
        assert_eq!(
            end(&late, withdrawal(1, user())).await,
            (Completion::LeaseLost, false, 0)
        );
        let done = |version| Completion::Done { version };
        assert_eq!(end(&foreign, withdrawal(2, id(77))).await, (done(2), false, 0));
        let first = claimed(store, claim(&run, 2, "first", 232)).await;
        assert_eq!(end(&first, withdrawal(3, user())).await, (done(3), true, 1));
        let again = claimed(store, claim(&run, 3, "again", 232)).await;
        assert_eq!(end(&again, withdrawal(4, user())).await, (done(4), true, 1));
    }
}

#[tokio::test]
async fn an_id_answers_acts_of_its_own_kind_alone() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let other_kind = |act_id, seconds| ClaimRequest {
            kind: "cancel",
            ..claim(&run, 1, act_id, seconds)
        };
        let assert_refused = async |act_id, seconds| {
            let outcome = store.runs().claim(other_kind(act_id, seconds)).await.unwrap();
            assert!(matches!(outcome, ClaimOutcome::OtherKind), "{act_id} {outcome:?}");
        };
        let first = claimed(store, claim(&run, 1, "first", 0)).await;
        assert_refused("first", 1).await;
        assert!(store.runs().fail(&first, &json("wrong"), at(2)).await.unwrap());
        assert_refused("first", 3).await;
        let again = store.runs().claim(claim(&run, 1, "first", 3)).await.unwrap();
        assert!(matches!(again, ClaimOutcome::Replay(outcome) if outcome == json("wrong")));

        claimed(store, claim(&run, 1, "lost", 4)).await;
        for seconds in [60, 61] {
            assert_refused("lost", seconds).await;
        }
        let lost = store.runs().claim(claim(&run, 1, "lost", 62)).await.unwrap();
        assert!(matches!(lost, ClaimOutcome::Interrupted));
        claimed(store, other_kind("next", 63)).await;
    }
}

#[tokio::test]
async fn an_interrupted_act_is_never_done_twice() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let lost = claimed(store, claim(&run, 1, "first", 0)).await;
        for seconds in [30, 31] {
            let again = store
                .runs()
                .claim(claim(&run, 1, "first", seconds))
                .await
                .unwrap();
            assert!(matches!(again, ClaimOutcome::Interrupted));
        }
        // Its author, should it still live, is too late.
        let update = RunUpdate::of(lost.record(), json("late"));
        let late = store
            .runs()
            .complete(&lost, update, &json("late"), &nothing_else(), at(32))
            .await
            .unwrap();
        assert_eq!(late, Completion::LeaseLost);
        assert!(!store.runs().fail(&lost, &json("late"), at(32)).await.unwrap());
        assert_eq!(store.runs().find(run.id).await.unwrap().unwrap().version, 1);
        claimed(store, claim(&run, 1, "second", 33)).await;
    }
}

#[tokio::test]
async fn another_act_takes_over_from_an_interrupted_one() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let lost = claimed(store, claim(&run, 1, "first", 0)).await;
        let next = claimed(store, claim(&run, 1, "second", 30)).await;
        let update = RunUpdate::of(lost.record(), json("late"));
        let late = store
            .runs()
            .complete(&lost, update, &json("late"), &nothing_else(), at(31))
            .await
            .unwrap();
        assert_eq!(late, Completion::LeaseLost);
        let update = RunUpdate::of(next.record(), json("on"));
        let done = store
            .runs()
            .complete(&next, update, &json("on"), &nothing_else(), at(31))
            .await
            .unwrap();
        assert_eq!(done, Completion::Done { version: 2 });
        let first = store.runs().claim(claim(&run, 1, "first", 32)).await.unwrap();
        assert!(matches!(first, ClaimOutcome::Interrupted));
    }
}

#[tokio::test]
async fn an_act_that_overran_its_lease_unnoticed_still_counts() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let slow = claimed(store, claim(&run, 1, "slow", 0)).await;
        let update = RunUpdate::of(slow.record(), json("on"));
        let done = store
            .runs()
            .complete(&slow, update, &json("on"), &nothing_else(), at(99))
            .await
            .unwrap();
        assert_eq!(done, Completion::Done { version: 2 });
    }
}

#[tokio::test]
async fn a_completion_that_cannot_have_its_effects_changes_nothing() {
    for database in settled().await {
        let store = database.store();
        let run = new_run(1);
        store.runs().insert(&run).await.unwrap();
        let act = claimed(store, claim(&run, 1, "permission", 100)).await;
        let mut grant = new_grant(1_001, 1);
        grant.accounts.push(id(999));
        let effects = Effects {
            grant: Some(grant),
            ..nothing_else()
        };
        let update = RunUpdate::of(act.record(), json("returning"));
        let refused = store
            .runs()
            .complete(&act, update, &json("permitted"), &effects, at(100))
            .await;
        assert_eq!(refused, Err(StoreError::Conflict));
        assert_eq!(store.runs().find(run.id).await.unwrap().unwrap().version, 1);
        assert_eq!(store.grants().find(id(1_001)).await.unwrap(), None);
        assert!(
            store.runs().fail(&act, &json("fault"), at(101)).await.unwrap(),
            "the claim still holds"
        );
    }
}

#[tokio::test]
async fn a_fresh_code_comes_with_the_act_unless_the_first_one_was_redeemed() {
    for database in settled().await {
        let store = database.store();
        let grant = crate::scene::permit(store, 1).await;
        let run = new_run(1);
        let act = claimed(store, claim(&run, 2, "return-1", 170)).await;
        let effects = Effects {
            code: Some(new_code(2, 1_001, 1)),
            ..nothing_else()
        };
        let update = RunUpdate::of(act.record(), json("returning"));
        let done = store
            .runs()
            .complete(&act, update, &json("redirect"), &effects, at(120))
            .await
            .unwrap();
        assert_eq!(done, Completion::Done { version: 3 });

        let redeemed = store
            .authorization_codes()
            .redeem(digest(2), &partner_id(), &new_tokens(1, 1_001), at(121))
            .await;
        assert!(matches!(redeemed.unwrap(), Redemption::Redeemed(record) if record.id == grant));
        let act = claimed(store, claim(&run, 3, "return-2", 170)).await;
        let effects = Effects {
            code: Some(new_code(3, 1_001, 1)),
            ..nothing_else()
        };
        let update = RunUpdate::of(act.record(), json("returning"));
        let done = store
            .runs()
            .complete(&act, update, &json("redirect"), &effects, at(122))
            .await
            .unwrap();
        assert_eq!(done, Completion::CodeAlreadyRedeemed);
        assert_eq!(store.runs().find(run.id).await.unwrap().unwrap().version, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_double_click_one_call_gets_the_act() {
    for database in settled().await {
        let run = new_run(1);
        database.store().runs().insert(&run).await.unwrap();
        let id = run.id;
        let outcomes = race(&database, move |store, racer| async move {
            // Half of them repeat the same act, the others are acts of other tabs.
            let act_id = if racer < RACERS / 2 {
                "same".to_owned()
            } else {
                format!("tab-{racer}")
            };
            let request = ClaimRequest {
                run: id,
                version: 1,
                act_id: &act_id,
                kind: "password",
                now: at(0),
                lease_until: at(30),
            };
            store.runs().claim(request).await.unwrap()
        })
        .await;
        assert_eq!(
            outcomes
                .iter()
                .filter(|outcome| matches!(outcome, ClaimOutcome::Claimed(_)))
                .count(),
            1
        );
        assert_eq!(
            outcomes
                .iter()
                .filter(|outcome| matches!(outcome, ClaimOutcome::InProgress { .. }))
                .count(),
            RACERS - 1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_acts_that_race_to_the_end_each_version_is_reached_once() {
    for database in settled().await {
        let run = new_run(1);
        database.store().runs().insert(&run).await.unwrap();
        let run_id = run.id;
        let done = race(&database, move |store, racer| async move {
            let mut done = 0u64;
            for turn in 0..3 {
                let version = store.runs().find(run_id).await.unwrap().unwrap().version;
                let act_id = format!("act-{racer}-{turn}");
                let request = ClaimRequest {
                    run: run_id,
                    version,
                    act_id: &act_id,
                    kind: "password",
                    now: at(0),
                    lease_until: at(30),
                };
                if let ClaimOutcome::Claimed(act) = store.runs().claim(request).await.unwrap() {
                    let update = RunUpdate::of(act.record(), json(&act_id));
                    let completion = store
                        .runs()
                        .complete(&act, update, &json("on"), &nothing_else(), at(1))
                        .await
                        .unwrap();
                    assert_eq!(completion, Completion::Done { version: version + 1 });
                    done += 1;
                }
            }
            done
        })
        .await;
        let version = database
            .store()
            .runs()
            .find(run_id)
            .await
            .unwrap()
            .unwrap()
            .version;
        assert_eq!(version, 1 + done.iter().sum::<u64>());
        assert!(version > 1);
    }
}
