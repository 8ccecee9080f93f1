//! The audit trail.

use crate::scene::{at, id, json, partner_id, user};
use renkei_procedure::identity::PartnerId;
use renkei_store::testing::TestDatabase;
use renkei_store::{AuditFilter, NewAuditEvent};
use uuid::Uuid;

pub(crate) fn event(number: u8) -> NewAuditEvent {
    NewAuditEvent {
        id: Uuid::from_u128(number.into()),
        at: at(number.into()),
        kind: if number.is_multiple_of(2) { "even" } else { "odd" }.to_owned(),
        linkage_id: Some(id(u128::from(number) % 3)),
        user_id: (number > 2).then(user),
        partner_id: Some(partner_id()),
        detail: json("x"),
    }
}

#[tokio::test]
async fn events_are_listed_latest_first_and_by_what_is_asked() {
    for database in TestDatabase::each().await.unwrap() {
        let audit = database.store().audit();
        for number in 1..=6 {
            audit.append(&event(number)).await.unwrap();
        }
        let numbers = |filter: AuditFilter, limit| async move {
            let events = audit.list(&filter, limit).await.unwrap();
            events.iter().map(|event| event.id.as_u128()).collect::<Vec<_>>()
        };
        let all = AuditFilter::default();
        assert_eq!(numbers(all.clone(), 9).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(numbers(all.clone(), 2).await, [6, 5]);
        assert_eq!(
            numbers(
                AuditFilter {
                    linkage_id: Some(id(1)),
                    ..all.clone()
                },
                9
            )
            .await,
            [4, 1]
        );
        assert_eq!(
            numbers(
                AuditFilter {
                    user_id: Some(user()),
                    ..all.clone()
                },
                9
            )
            .await,
            [6, 5, 4, 3]
        );
        assert_eq!(
            numbers(
                AuditFilter {
                    kind: Some("odd".into()),
                    ..all.clone()
                },
                9
            )
            .await,
            [5, 3, 1]
        );
        let span = AuditFilter {
            from: Some(at(2)),
            until: Some(at(5)),
            ..all.clone()
        };
        assert_eq!(numbers(span, 9).await, [4, 3, 2]);
        let others = AuditFilter {
            partner_id: Some(PartnerId::new("other")),
            ..all.clone()
        };
        assert!(numbers(others, 9).await.is_empty());
        let first = audit
            .list(
                &AuditFilter {
                    until: Some(at(2)),
                    ..all
                },
                9,
            )
            .await
            .unwrap();
        assert_eq!(
            (first[0].at, &first[0].detail, first[0].user_id),
            (at(1), &json("x"), None)
        );
    }
}
