//! Initial access tokens.

use crate::scene::{at, digest, json};
use renkei_store::testing::TestDatabase;
use renkei_store::{InitialAccessTokenRecord, NewInitialAccessToken, StoreError};
use uuid::Uuid;

pub(crate) fn initial_token(number: u8, uses: u64) -> NewInitialAccessToken {
    NewInitialAccessToken {
        id: Uuid::from_u128(number.into()),
        token_hash: digest(number),
        terms: json("terms"),
        created_at: at(number.into()),
        expires_at: at(1_000),
        uses,
    }
}

#[tokio::test]
async fn a_token_is_found_while_it_may_be_used() {
    for database in TestDatabase::each().await.unwrap() {
        let tokens = database.store().initial_access_tokens();
        tokens.insert(&initial_token(1, 2)).await.unwrap();
        let expected = InitialAccessTokenRecord {
            id: Uuid::from_u128(1),
            terms: json("terms"),
            created_at: at(1),
            expires_at: at(1_000),
            uses_left: 2,
        };
        assert_eq!(
            tokens.find_usable(digest(1), at(999)).await.unwrap(),
            Some(expected)
        );
        assert_eq!(tokens.find_usable(digest(1), at(1_000)).await.unwrap(), None);
        assert_eq!(tokens.find_usable(digest(2), at(999)).await.unwrap(), None);
        tokens.insert(&initial_token(3, 0)).await.unwrap();
        assert_eq!(
            tokens.find_usable(digest(3), at(999)).await.unwrap(),
            None,
            "it has no use"
        );
        let same_id = NewInitialAccessToken {
            token_hash: digest(9),
            ..initial_token(1, 1)
        };
        let same_token = NewInitialAccessToken {
            id: Uuid::from_u128(9),
            ..initial_token(1, 1)
        };
        for taken in [same_id, same_token] {
            assert_eq!(tokens.insert(&taken).await, Err(StoreError::Conflict));
        }
    }
}

#[tokio::test]
async fn the_operator_sees_all_tokens_and_takes_one_back() {
    for database in TestDatabase::each().await.unwrap() {
        let tokens = database.store().initial_access_tokens();
        for number in [2, 1, 3] {
            tokens.insert(&initial_token(number, 1)).await.unwrap();
        }
        assert!(tokens.delete(Uuid::from_u128(2)).await.unwrap());
        assert!(!tokens.delete(Uuid::from_u128(2)).await.unwrap());
        let left: Vec<_> = tokens
            .list()
            .await
            .unwrap()
            .into_iter()
            .map(|token| token.id)
            .collect();
        assert_eq!(left, [Uuid::from_u128(1), Uuid::from_u128(3)]);
        assert_eq!(tokens.find_usable(digest(2), at(5)).await.unwrap(), None);
    }
}
