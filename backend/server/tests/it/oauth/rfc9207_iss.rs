//! RFC 9207: every answer by redirect names its issuer, exactly as the metadata does.
//! Not here: the other parameters.
//!
//! | clause | shown by |
//! |---|---|
//! | RFC 9207, 2: `iss` in answers, good and bad | `success_cancellation_and_error_all_bear_iss` |
//! | 2.3, 3: the issuer of the metadata, which announces it | `success_cancellation_and_error_all_bear_iss` |
//! | 2.4: a signed answer (JARM) has it inside, not beside | `every_mode_carries_one_signed_answer` |

use crate::actors::{Browser, Partner, Returned, bank, random_text};
use serde_json::json;

#[tokio::test]
async fn success_cancellation_and_error_all_bear_iss() {
    let bank = bank().await;
    let browser = Browser::of(&bank, "yubari-jiro");
    let metadata = browser.get("/.well-known/oauth-authorization-server").await.ok();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let issuer = metadata["issuer"].as_str().unwrap();
    let partner = Partner::of(&bank, "kihon");

    let (_, mut wizard) = partner.link(&browser).await;
    wizard.log_in(&bank, "yubari-jiro").await;
    wizard.businesses(&["balance"]).await;
    assert_eq!(wizard.permit().await.get("iss"), issuer);
    let handed_over = Returned::read(&wizard.leave("return", json!({})).await);
    assert_eq!(handed_over.get("iss"), issuer);

    let (_, mut wizard) = partner.link(&browser).await;
    let cancelled = Returned::read(&wizard.leave("cancel", json!({})).await);
    assert_eq!(cancelled.get("iss"), issuer);

    let mut request = partner.request("s", &random_text());
    request.retain(|(name, _)| name != "response_type");
    let url = url::Url::parse_with_params(&format!("{issuer}/authorize"), &request).unwrap();
    let refused = Returned::read(&browser.get(url.as_str()).await.location());
    assert_eq!(refused.get("iss"), issuer);
}
