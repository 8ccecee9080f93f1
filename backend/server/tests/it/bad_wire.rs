//! Broken HTTP, octet by octet, at the browser listener: an answer or an end, and the next request is served.
//! Not here: well-formed requests with bad content (`bad_acts`, `bad_forms`).

use crate::actors::{Browser, PATIENCE, Partner, bank, client_config, connect, raw_exchange};
use renkei::testing::TestBank;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn still_well(bank: &TestBank) {
    let browser = Browser::showing(bank, None);
    browser.get("/.well-known/oauth-authorization-server").await.ok();
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn hosts_that_are_not_ours_are_refused() {
    let bank = bank().await;
    let port = bank.issuer().rsplit(':').next().unwrap().to_owned();
    for host in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        "Host: localhost\r\n".to_owned(),
        format!("Host: 127.0.0.1:{port}\r\n"),
        format!("Host: c1.cert.localhost:{port}\r\n"),
        format!("Host: localhost:{port}@evil.example\r\n"),
        "Host: \r\n".to_owned(),
        format!("Host: localhost:{port}\r\nHost: evil.example\r\n"),
        "Host: \u{fc}\r\n".to_owned(),
        String::new(),
    ] {
        for path in ["/", "/authorize", "/api/customer-session", "/token", "/nonsense"] {
            let request = format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
            let answer = raw_exchange(&bank, request.as_bytes()).await;
            let refused = status(&answer) == "421" && answer.contains("host_unknown");
            assert!(refused || status(&answer) == "400", "{host:?} {path}: {answer}");
        }
    }
    let own = format!("GET /jwks HTTP/1.1\r\nHost: LOCALHOST:{port}\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&raw_exchange(&bank, own.as_bytes()).await), "200");
}

#[tokio::test]
async fn the_same_at_the_partners_listener_and_by_http2() {
    let bank = bank().await;
    // The name in the address is what HTTP/2 sends as :authority; both names resolve to this machine.
    let browser = Browser::showing(&bank, None);
    let other_listener = bank.partner_url();
    let port = other_listener.rsplit(':').next().unwrap();
    let request =
        format!("GET /v1/accounts HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n");
    let mut stream = connect(
        Arc::new(client_config(&bank, None)),
        "localhost",
        port.parse().unwrap(),
    )
    .await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    assert_eq!(status(&String::from_utf8(answer).unwrap()), "421");

    let good = browser.get("/jwks").await;
    assert_eq!(good.status, 200);
    let mut headers = browser.page_headers();
    headers.insert("host", reqwest::header::HeaderValue::from_static("evil.example"));
    let answer = browser
        .post_with("/api/customer-session/start", &serde_json::json!({}), &headers)
        .await;
    assert!(answer.status == 200 || answer.status == 421, "{}", answer.status);
}

#[tokio::test]
async fn heads_have_a_limit() {
    let bank = bank().await;
    let host = bank.issuer().replace("https://", "");
    for head in [
        format!("X-Long: {}\r\n", "x".repeat(100_000)),
        format!("Cookie: {}\r\n", "a=b; ".repeat(20_000)),
        format!("X-Many: {}\r\n", "y".repeat(50)).repeat(2_000),
    ] {
        let request = format!("GET /jwks HTTP/1.1\r\nHost: {host}\r\n{head}Connection: close\r\n\r\n");
        let answer = raw_exchange(&bank, request.as_bytes()).await;
        assert_eq!(status(&answer), "431", "{}", &answer[..answer.len().min(200)]);
    }
    let long = format!(
        "GET /authorize?state={} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        "x".repeat(100_000)
    );
    let answer = raw_exchange(&bank, long.as_bytes()).await;
    assert!(
        ["414", "431", "400"].contains(&status(&answer)),
        "{}",
        &answer[..answer.len().min(200)]
    );
    still_well(&bank).await;

    // By HTTP/2 the stream is refused, or the connection.
    let browser = Browser::showing(&bank, None);
    let request = browser
        .request(reqwest::Method::GET, "/jwks")
        .header("x-long", "x".repeat(100_000));
    match request.send().await {
        Ok(answer) => assert_eq!(answer.status(), 431),
        Err(error) => assert!(!error.is_timeout(), "{error}"),
    }
    still_well(&bank).await;
}

/// What a client reads that sends all of its request before it looks at the answer.
async fn after_sending_all(bank: &TestBank, head: &str, body: &[u8]) -> std::io::Result<String> {
    let port = bank.issuer().rsplit(':').next().unwrap().parse().unwrap();
    let mut stream = connect(Arc::new(client_config(bank, None)), "localhost", port).await;
    let exchange = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        stream.flush().await?;
        // The connection goes on: the end of the answer is told by its length.
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(String::from_utf8(answer).unwrap())
    };
    tokio::time::timeout(PATIENCE, exchange).await.unwrap()
}

#[tokio::test]
async fn a_body_that_is_refused_unread_gets_its_answer() {
    let bank = bank().await;
    let host = bank.issuer().replace("https://", "");
    let browser = Browser::showing(&bank, None);
    let form = "application/x-www-form-urlencoded";
    let json = "application/json";
    for (path, content_type, origin, status_expected, code) in [
        ("/token", form, bank.issuer(), "413", "invalid_request"),
        ("/token", json, bank.issuer(), "415", "invalid_request"),
        ("/jwks", form, bank.issuer(), "405", "method_not_allowed"),
        (
            "/api/customer-session/start",
            json,
            bank.issuer(),
            "413",
            "request_too_large",
        ),
        (
            "/api/customer-session/start",
            form,
            bank.issuer(),
            "415",
            "media_type_unsupported",
        ),
        (
            "/api/customer-session/start",
            json,
            "https://evil.example".into(),
            "403",
            "origin_refused",
        ),
    ] {
        for size in [100_000, 1_200_000, 3_000_000] {
            let body = vec![b'a'; size];
            let shown = format!("{path} {content_type} {size}");
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\nOrigin: {origin}\r\n\
                 X-Renkei-CSRF: 1\r\nContent-Length: {size}\r\n\r\n"
            );
            let answer = after_sending_all(&bank, &head, &body).await;
            let answer = answer.unwrap_or_else(|error| panic!("{shown}: {error}"));
            assert_eq!(status(&answer), status_expected, "{shown}: {answer}");
            assert!(answer.contains(code), "{shown}: {answer}");

            let mut headers = browser.page_headers();
            headers.insert("content-type", content_type.try_into().unwrap());
            headers.insert("origin", origin.as_str().try_into().unwrap());
            let request = browser
                .request(reqwest::Method::POST, path)
                .headers(headers)
                .body(body);
            let answer = request.send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{shown}, HTTP/2: {error:?}"));
            assert_eq!(answer.version(), reqwest::Version::HTTP_2);
            assert_eq!(answer.status().as_str(), status_expected, "{shown}, HTTP/2");
            let text = answer.text().await;
            let text = text.unwrap_or_else(|error| panic!("{shown}, HTTP/2: {error:?}"));
            assert!(text.contains(code), "{shown}, HTTP/2: {text}");
        }
    }
    still_well(&bank).await;
}

#[tokio::test]
async fn who_asks_before_sending_a_body_is_not_made_to_send_it() {
    let bank = bank().await;
    let host = bank.issuer().replace("https://", "");
    let request = format!(
        "POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\nContent-Length: 3000000\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n"
    );
    let answer = raw_exchange(&bank, request.as_bytes()).await;
    assert_eq!(status(&answer), "415", "{answer}");
}

#[tokio::test]
async fn what_is_no_http_is_answered_or_ended() {
    let bank = bank().await;
    let host = bank.issuer().replace("https://", "");
    let requests: Vec<Vec<u8>> = vec![
        b"nonsense\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"\x00\x01\x02\x03\r\n\r\n".to_vec(),
        format!("GET /jwks HTTP/9.9\r\nHost: {host}\r\n\r\n").into_bytes(),
        format!("GET  /jwks HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes(),
        format!("GET /jwks HTTP/1.1\r\nHost : {host}\r\n\r\n").into_bytes(),
        format!("GET /jw\u{0}ks HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes(),
        format!("GET /jwks HTTP/1.1\r\nHost: {host}\r\nX-Nul: a\u{0}b\r\n\r\n").into_bytes(),
        // Two lengths, and length against chunks: the stuff of request smuggling (RFC 9112 section 6.3).
        format!(
            "POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
        )
        .into_bytes(),
        format!("POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n").into_bytes(),
        format!("POST /token HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            .into_bytes(),
    ];
    for request in requests {
        let answer = raw_exchange(&bank, &request).await;
        let shown = String::from_utf8_lossy(&request).into_owned();
        assert!(
            answer.is_empty() || ["400", "404", "415", "505"].contains(&status(&answer)),
            "{shown:?}: {answer}"
        );
        assert!(!answer.contains("200 OK"), "{shown:?}");
    }
    still_well(&bank).await;
}

#[tokio::test]
async fn bytes_that_are_no_text_in_headers_count_as_absent() {
    let bank = bank().await;
    let partner = Partner::of(&bank, "kaikei");
    let browser = Browser::of(&bank, "yubari-jiro");
    let (_, wizard) = partner.link(&browser).await;
    let host = bank.issuer().replace("https://", "");
    let (name, value) = browser.cookies().into_iter().next().unwrap();
    let mut request = format!(
        "GET /api/linkages/{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n",
        wizard.id
    )
    .into_bytes();
    request.extend_from_slice(format!("Cookie: {name}={value}").as_bytes());
    request.extend_from_slice(b"\xff\xfe; x=\xc3\r\n\r\n");
    let answer = raw_exchange(&bank, &request).await;
    assert_eq!(status(&answer), "404", "{answer}");

    for line in [
        &b"Authorization: Bearer \xff\xfe"[..],
        b"Authorization: Basic \xff",
        b"Accept-Encoding: \xff",
    ] {
        let mut request =
            format!("GET /v1/accounts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n").into_bytes();
        request.extend_from_slice(line);
        request.extend_from_slice(b"\r\n\r\n");
        let answer = raw_exchange(&bank, &request).await;
        assert!(["400", "401"].contains(&status(&answer)), "{answer}");
    }
    still_well(&bank).await;
}

#[tokio::test]
async fn every_answer_bears_the_security_headers() {
    let bank = bank().await;
    let browser = Browser::showing(&bank, None);
    for path in [
        "/",
        "/linkages",
        "/jwks",
        "/api/customer-session",
        "/authorize",
        "/nonsense",
        "/openapi.json",
    ] {
        let answer = browser.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        // On localhost it would reach every other server of the machine.
        assert!(answer.header("strict-transport-security").is_none());
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert_eq!(answer.header("x-request-id").unwrap().len(), 32);
        assert!(answer.header("access-control-allow-origin").is_none());
        assert!(answer.header("cache-control").is_some());
    }
}
