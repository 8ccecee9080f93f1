//! What a network and a gateway can do to Renkei: silence, faults, redirects. A PIN is sent once, whatever happens.

use crate::bench::{Bench, TOKEN, client, first_account, impatient_client, pin, query, serve, token};
use renkei_bank::gateway::client::GatewayClient;
use renkei_bank::gateway::server::router;
use renkei_bank::port::{CoreBanking, CoreError, Unavailability};
use renkei_bank::simulator::Faults;
use renkei_procedure::identity::CoreUserKey;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn gateway_that(answers: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(answers)
        .mount(&server)
        .await;
    server
}

fn address(server: &MockServer) -> Url {
    server.uri().parse().unwrap()
}

async fn received(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// Each request that carries a PIN, and what it came to.
async fn pin_requests(client: &GatewayClient) -> [CoreError; 3] {
    let (account, pin) = (first_account(), pin("4821"));
    let query = query("2026-10-01", "2026-10-31", 100);
    [
        client.verify_pin(&account, &pin).await.map(drop).unwrap_err(),
        client.balance(&account, &pin).await.map(drop).unwrap_err(),
        client
            .statement(&account, &pin, &query)
            .await
            .map(drop)
            .unwrap_err(),
    ]
}

const fn unavailable(reason: Unavailability) -> CoreError {
    CoreError::Unavailable { reason }
}

#[tokio::test]
async fn a_pin_that_got_no_answer_in_time_is_not_sent_again() {
    let server = gateway_that(ResponseTemplate::new(200).set_delay(Duration::from_secs(5))).await;
    let outcomes = pin_requests(&impatient_client(address(&server))).await;
    assert_eq!(outcomes, [const { CoreError::OutcomeUnknown }; 3]);
    assert_eq!(received(&server).await, 3);
}

#[tokio::test]
async fn a_pin_that_met_a_server_error_is_not_sent_again() {
    for status in [500, 502, 503, 504] {
        let server = gateway_that(ResponseTemplate::new(status)).await;
        assert_eq!(
            pin_requests(&client(address(&server))).await,
            [const { CoreError::OutcomeUnknown }; 3],
            "{status}"
        );
        assert_eq!(received(&server).await, 3, "{status}");
    }
}

#[tokio::test]
async fn a_pin_whose_connection_broke_is_not_sent_again() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let connections = tokio::spawn(async move {
        let mut requests = 0;
        while let Ok(Ok((mut stream, _))) =
            tokio::time::timeout(Duration::from_millis(500), listener.accept()).await
        {
            let mut buffer = [0; 4_096];
            if stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {
                requests += 1;
            }
        }
        requests
    });
    let outcomes = pin_requests(&client(url)).await;
    assert_eq!(outcomes, [const { CoreError::OutcomeUnknown }; 3]);
    assert_eq!(connections.await.unwrap(), 3);
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_counted() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let client = client(url);
    for outcome in pin_requests(&client).await {
        assert_eq!(outcome, unavailable(Unavailability::Unreachable));
        assert!(!outcome.pin_may_have_been_counted());
    }
    assert_eq!(
        client.pin_state(&first_account()).await.unwrap_err(),
        unavailable(Unavailability::Unreachable)
    );
}

#[tokio::test]
async fn requests_without_a_pin_are_repeated_once_where_that_can_help() {
    for (status, expected) in [(500, 1), (502, 2), (503, 2), (504, 2), (429, 1)] {
        let server = gateway_that(ResponseTemplate::new(status)).await;
        let client = client(address(&server));
        assert!(client.accounts(&CoreUserKey::new("sorachi-taro")).await.is_err());
        assert_eq!(received(&server).await, expected, "accounts {status}");
        assert!(client.pin_state(&first_account()).await.is_err());
        assert_eq!(received(&server).await, 2 * expected, "pin_state {status}");
    }
}

#[tokio::test]
async fn the_repetition_helps() {
    let server = MockServer::start().await;
    let here = || Mock::given(method("GET")).and(path("/v1/accounts/A0000000001/pin-state"));
    here()
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let good = ResponseTemplate::new(200).set_body_json(json!({"locked": false, "remaining_tries": 5}));
    here().respond_with(good).mount(&server).await;
    assert_eq!(
        client(address(&server))
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        5
    );
    assert_eq!(received(&server).await, 2);
}

#[tokio::test]
async fn slow_answers_and_closed_hours_are_not_repeated() {
    let slow = gateway_that(ResponseTemplate::new(200).set_delay(Duration::from_secs(5))).await;
    let outcome = impatient_client(address(&slow)).pin_state(&first_account()).await;
    assert_eq!(outcome.unwrap_err(), unavailable(Unavailability::TimedOut));
    assert_eq!(received(&slow).await, 1);

    let closed = json!({"title": "closed", "status": 503, "code": "closed", "reopens_at": "2026-11-22T13:00:00+09:00"});
    let closed = gateway_that(ResponseTemplate::new(503).set_body_json(closed)).await;
    let outcome = client(address(&closed))
        .pin_state(&first_account())
        .await
        .unwrap_err();
    assert!(matches!(outcome, CoreError::Closed { reopens_at: Some(_) }));
    assert_eq!(received(&closed).await, 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_a_pin_nor_without() {
    let elsewhere = gateway_that(ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let redirect = ResponseTemplate::new(status).insert_header("Location", elsewhere.uri().as_str());
        let server = gateway_that(redirect).await;
        let client = client(address(&server));
        for outcome in pin_requests(&client).await {
            assert!(
                matches!(outcome, CoreError::Malformed { .. }),
                "{status} {outcome}"
            );
        }
        assert!(client.pin_state(&first_account()).await.is_err());
        assert_eq!(received(&server).await, 4);
    }
    assert_eq!(received(&elsewhere).await, 0);
}

#[tokio::test]
async fn the_pin_travels_in_the_body_and_nowhere_else() {
    let server = gateway_that(ResponseTemplate::new(500)).await;
    pin_requests(&client(address(&server))).await;
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.method.as_str(), "POST");
        assert!(!request.url.as_str().contains("4821"));
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["pin"], "4821");
        for (name, value) in &request.headers {
            assert!(!value.to_str().unwrap().contains("4821"), "{name}");
        }
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

#[tokio::test]
async fn a_slow_core_counts_once_though_renkei_gave_up_waiting() {
    let bench = Bench::direct();
    let url = serve(router(bench.core.clone(), token())).await;
    bench
        .simulator
        .set_faults(Faults {
            delay_milliseconds: 2_000,
            ..Faults::default()
        })
        .unwrap();
    let outcome = impatient_client(url)
        .verify_pin(&first_account(), &pin("0000"))
        .await;
    assert_eq!(outcome.unwrap_err(), CoreError::OutcomeUnknown);
    bench.simulator.set_faults(Faults::default()).unwrap();
    assert_eq!(
        bench
            .core
            .pin_state(&first_account())
            .await
            .unwrap()
            .remaining_tries,
        4
    );
}
