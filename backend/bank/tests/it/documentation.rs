//! docs/gateway-contract.md, replayed: each request of it, in order, must get the very answer that follows it there.

use crate::bench::{Bench, TOKEN, serve, token};
use axum::http::Method;
use renkei_bank::gateway::server::router;
use serde_json::Value;

const CONTRACT: &str = include_str!("../../../../docs/gateway-contract.md");

/// The fenced `http` blocks: first line and the rest.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = CONTRACT
        .split("```http\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    fenced
        .map(|block| block.split_once('\n').unwrap())
        .map(|(first, rest)| (first.trim(), rest.trim()))
        .collect()
}

#[tokio::test]
async fn the_published_examples_are_exact() {
    let bench = Bench::direct();
    let url = serve(router(bench.core, token())).await;
    let blocks = blocks();
    assert!(
        blocks.len() >= 18 && blocks.len().is_multiple_of(2),
        "{} blocks",
        blocks.len()
    );
    for exchange in blocks.chunks(2) {
        let [(request, body), (status, expected)] = exchange else {
            unreachable!()
        };
        let (method, path) = request.split_once(' ').unwrap();
        let mut sent = crate::gateway_requests::plain_client()
            .request(method.parse::<Method>().unwrap(), url.join(path).unwrap())
            .bearer_auth(TOKEN);
        if !body.is_empty() {
            sent = sent.header("content-type", "application/json").body(*body);
        }
        let response = sent.send().await.unwrap();
        assert_eq!(response.status().as_str(), *status, "{request}");
        let answered: Value = response.json().await.unwrap();
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(
            answered,
            expected,
            "{request} answers\n{}",
            serde_json::to_string_pretty(&answered).unwrap()
        );
    }
}
