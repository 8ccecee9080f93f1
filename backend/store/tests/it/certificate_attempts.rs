//! Tries at the certificate listener.

use crate::scene::{at, digest, id, json, new_run, race, settled, user};
use renkei_procedure::identity::{CertificateAttemptId, LinkageId};
use renkei_store::testing::TestDatabase;
use renkei_store::{CertificateJudgement, NewCertificateAttempt, NewRun, RunId, StoreError};

fn attempt(number: u8) -> NewCertificateAttempt {
    NewCertificateAttempt {
        id: id::<CertificateAttemptId>(number.into()),
        attempt_hash: digest(number),
        subject: RunId::Linkage(id(1)),
        created_at: at(0),
        expires_at: at(60),
    }
}

fn judgement(number: u8, text: &str) -> CertificateJudgement {
    CertificateJudgement {
        judgement: json(text),
        result_hash: digest(number),
        result_expires_at: at(100),
    }
}

async fn attempted() -> Vec<TestDatabase> {
    let databases = settled().await;
    for database in &databases {
        let store = database.store();
        store.runs().insert(&new_run(1)).await.unwrap();
        store.runs().insert(&new_run(2)).await.unwrap();
        store.certificate_attempts().insert(&attempt(1)).await.unwrap();
    }
    databases
}

#[tokio::test]
async fn a_try_is_judged_once_and_in_time() {
    for database in attempted().await {
        let attempts = database.store().certificate_attempts();
        assert_eq!(
            attempts
                .find_open(digest(1), at(59))
                .await
                .unwrap()
                .unwrap()
                .subject,
            RunId::Linkage(id(1))
        );
        assert_eq!(attempts.find_open(digest(1), at(60)).await.unwrap(), None);
        assert_eq!(
            attempts
                .judge(digest(1), &judgement(9, "good"), at(60))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            attempts
                .judge(digest(2), &judgement(9, "good"), at(0))
                .await
                .unwrap(),
            None
        );
        let judged = attempts
            .judge(digest(1), &judgement(9, "good"), at(59))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((judged.id, judged.subject), (id(1), RunId::Linkage(id(1))));
        assert_eq!(
            attempts
                .judge(digest(1), &judgement(10, "better"), at(59))
                .await
                .unwrap(),
            None
        );
        assert_eq!(attempts.find_open(digest(1), at(59)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_result_goes_once_to_the_run_that_sent_the_browser() {
    for database in attempted().await {
        let attempts = database.store().certificate_attempts();
        attempts
            .judge(digest(1), &judgement(9, "good"), at(50))
            .await
            .unwrap();
        // A lured person's browser comes back to the attacker's linkage: it gets nothing and uses nothing up.
        assert_eq!(
            attempts
                .consume_result(digest(9), id::<LinkageId>(2), at(60))
                .await
                .unwrap(),
            None
        );
        let other_kind = RunId::CustomerSession(id(1));
        assert_eq!(
            attempts
                .consume_result(digest(9), other_kind, at(60))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            attempts
                .consume_result(digest(9), id::<LinkageId>(1), at(100))
                .await
                .unwrap(),
            None
        );
        let taken = attempts
            .consume_result(digest(9), id::<LinkageId>(1), at(99))
            .await
            .unwrap();
        assert_eq!(taken, Some(json("good")));
        assert_eq!(
            attempts
                .consume_result(digest(9), id::<LinkageId>(1), at(99))
                .await
                .unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_session_sends_the_browser_as_a_linkage_does() {
    for database in attempted().await {
        let store = database.store();
        let session = RunId::CustomerSession(id(3));
        let run = NewRun {
            id: session,
            partner_id: None,
            user_id: Some(user()),
            ..new_run(3)
        };
        store.runs().insert(&run).await.unwrap();
        let attempts = store.certificate_attempts();
        attempts
            .insert(&NewCertificateAttempt {
                subject: session,
                ..attempt(3)
            })
            .await
            .unwrap();
        attempts
            .judge(digest(3), &judgement(9, "good"), at(1))
            .await
            .unwrap();
        assert_eq!(
            attempts
                .consume_result(digest(9), id::<LinkageId>(3), at(2))
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            attempts.consume_result(digest(9), session, at(2)).await.unwrap(),
            Some(json("good"))
        );
    }
}

#[tokio::test]
async fn a_try_of_no_run_or_with_a_known_token_is_refused() {
    for database in attempted().await {
        let attempts = database.store().certificate_attempts();
        let of_no_run = NewCertificateAttempt {
            subject: RunId::Linkage(id(99)),
            ..attempt(5)
        };
        assert_eq!(attempts.insert(&of_no_run).await, Err(StoreError::Conflict));
        let same_token = NewCertificateAttempt {
            attempt_hash: digest(1),
            ..attempt(5)
        };
        assert_eq!(attempts.insert(&same_token).await, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_judgements_and_of_consumptions_at_the_same_moment_one_holds() {
    for database in attempted().await {
        let judged = race(&database, |store, racer| async move {
            let judgement = judgement(100 + u8::try_from(racer).unwrap(), &racer.to_string());
            store
                .certificate_attempts()
                .judge(digest(1), &judgement, at(1))
                .await
                .unwrap()
                .map(|_| racer)
        })
        .await;
        let winners: Vec<_> = judged.into_iter().flatten().collect();
        let [winner] = winners[..] else {
            panic!("{winners:?}")
        };
        let hash = digest(100 + u8::try_from(winner).unwrap());
        let consumed = race(&database, move |store, _| async move {
            store
                .certificate_attempts()
                .consume_result(hash, id::<LinkageId>(1), at(2))
                .await
                .unwrap()
        })
        .await;
        let taken: Vec<_> = consumed.into_iter().flatten().collect();
        assert_eq!(taken, [json(&winner.to_string())]);
    }
}
