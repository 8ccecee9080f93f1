//! The catalogue of problems: code, HTTP status, and the texts in Japanese and English.
//! Not here: deciding which problem it is; that is the caller's.

use super::{Explanation, Helper, Texts};
use serde::{Deserialize, Serialize};

/// One row of the catalogue: `(variant, code, status, who can help, title, [ja what, why, remedy], [en what, why, remedy])`.
/// `{remaining}` in a text stands for the tries that remain, `{date}`, `{time}` and `{count}` for what [`Filling`] says.
/// The status 200 is that of notices, which come with a view.
macro_rules! catalogue {
    ($( $(#[$doc:meta])* $variant:ident, $code:literal, $status:literal, $helper:ident, $title:literal,
        [$ja_what:literal, $ja_why:literal, $ja_remedy:literal],
        [$en_what:literal, $en_why:literal, $en_remedy:literal]; )+) => {
        /// The stable codes of problems.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $( $(#[$doc])* $variant, )+ }

        impl ProblemCode {
            /// Every code, in the catalogue's order.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The code as it travels.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The HTTP status that goes with the code.
            pub const fn status(self) -> u16 {
                match self { $( Self::$variant => $status, )+ }
            }

            /// Who can help, where the customer does not get on alone.
            pub const fn helper(self) -> Helper {
                match self { $( Self::$variant => Helper::$helper, )+ }
            }

            /// Short English summary.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$variant => $title, )+ }
            }

            const fn templates(self) -> ([&'static str; 3], [&'static str; 3]) {
                match self { $( Self::$variant => (
                    [$ja_what, $ja_why, $ja_remedy], [$en_what, $en_why, $en_remedy],
                ), )+ }
            }
        }
    };
}

catalogue! {
    /// No client certificate arrived, and so fast that the browser cannot have asked for one.
    CertificateMissing, "certificate_missing", 403, Customer, "No client certificate was received",
        ["電子証明書を受け取れませんでした。",
         "証明書の選択画面が表示されなかった場合は、このパソコン・ブラウザに、選択できる電子証明書がないと考えられます。電子証明書が取り込まれていないか、有効期限が切れているか、当組合以外が発行したものだけが入っています（有効期限が切れた証明書は選択画面に表示されません）。",
         "取り込まれていない場合は、「電子証明書の取り込み方法」に沿って取り込んでください。別のパソコン・ブラウザに取り込んでいる場合は、そちらから手続きを行ってください。有効期限が切れている場合は、更新した電子証明書を取り込んでください。そのうえで、もう一度「電子証明書ログイン」を押してください。"],
        ["No certificate was received.",
         "If no certificate dialog appeared, this computer and browser probably hold no certificate to choose from: yours is not imported here, it has expired, or only certificates of other issuers are here (the browser does not offer expired ones).",
         "If it is not imported, follow “How to import your certificate”. If it is imported on another computer or in another browser, use that one. If it has expired, import the renewed one. Then press the certificate login button again."];
    /// No client certificate arrived, after a time in which the browser has probably shown its dialog.
    CertificateNotChosen, "certificate_not_chosen", 403, Customer, "No client certificate was chosen",
        ["電子証明書が選択されませんでした。",
         "証明書の選択画面で「キャンセル」が押されたか、選択せずに画面が閉じられたと考えられます。",
         "もう一度「電子証明書ログイン」を押し、証明書の選択画面でご自身の電子証明書を選択して「OK」を押してください。選択画面にご自身の証明書がない場合や、選択画面が表示されなかった場合は、「電子証明書の取り込み方法」をご確認ください。"],
        ["No certificate was chosen.",
         "The certificate dialog was probably cancelled, or closed without a choice.",
         "Press the certificate login button again, choose your certificate in the dialog and press OK. If the dialog does not offer your certificate, or no dialog appeared, see “How to import your certificate”."];
    /// The certificate has expired.
    CertificateExpired, "certificate_expired", 403, Cooperative, "The client certificate has expired",
        ["電子証明書の有効期限が切れています。",
         "選択された証明書は、下に表示した日時に有効期限を過ぎました。",
         "更新済みの電子証明書を選び直してください。更新していない場合は、信用組合で証明書の更新手続きを行ってください。"],
        ["The certificate has expired.",
         "The certificate that you chose was valid until the time shown below.",
         "Choose your renewed certificate. If you have not renewed it, please do so at the cooperative."];
    /// The certificate is not valid yet.
    CertificateNotYetValid, "certificate_not_yet_valid", 403, Customer, "The client certificate is not valid yet",
        ["電子証明書の有効期間が始まっていません。",
         "選択された証明書は、まだ有効期間の開始日時になっていません。",
         "現在有効な電子証明書を選び直してください。"],
        ["The certificate is not valid yet.",
         "The validity of the certificate that you chose begins later.",
         "Choose a certificate that is valid now."];
    /// The certificate was revoked.
    CertificateRevoked, "certificate_revoked", 403, Cooperative, "The client certificate has been revoked",
        ["電子証明書が失効しています。",
         "選択された証明書は、信用組合により失効の手続きが行われています。",
         "有効な電子証明書を選び直してください。心当たりがない場合は、信用組合へご連絡ください。"],
        ["The certificate has been revoked.",
         "The cooperative has revoked the certificate that you chose.",
         "Choose a valid certificate. If this comes unexpected, please contact the cooperative."];
    /// The certificate is of another issuer.
    CertificateUnknownIssuer, "certificate_unknown_issuer", 403, Cooperative, "The client certificate is of an unknown issuer",
        ["当組合の電子証明書ではありません。",
         "選択された証明書は、当組合の認証局が発行したものではありません。",
         "当組合が発行した電子証明書を選び直してください。"],
        ["This is not a certificate of our cooperative.",
         "The certificate that you chose was not issued by our certification authority.",
         "Choose the certificate that we issued."];
    /// The certificate is not meant for client authentication, or it is damaged.
    CertificateUnsuitable, "certificate_unsuitable", 403, Cooperative, "The client certificate cannot be used for login",
        ["この電子証明書はログインに使用できません。",
         "選択された証明書は、クライアント認証用のものではないか、内容が壊れています。",
         "当組合が発行したログイン用の電子証明書を選び直してください。"],
        ["This certificate cannot be used to log in.",
         "The certificate that you chose is not meant for client authentication, or it is damaged.",
         "Choose the login certificate that we issued."];
    /// The certificate belongs to no user.
    CertificateUnbound, "certificate_unbound", 403, Cooperative, "The client certificate belongs to no user",
        ["この電子証明書は利用者に登録されていません。",
         "選択された証明書は当組合が発行したものですが、どの利用者にも結び付けられていません。",
         "ご自身の利用者に登録された電子証明書を選び直してください。新しい証明書の場合は、信用組合へご連絡ください。"],
        ["This certificate is not registered to a user.",
         "We issued the certificate that you chose, but it is bound to no user.",
         "Choose the certificate registered for you. If it is new, please contact the cooperative."];
    /// The user may not use API linkage.
    LinkingNotAllowed, "linking_not_allowed", 403, Administrator, "The user is not allowed to link",
        ["API連携を利用する権限がありません。",
         "この利用者には、API連携の利用権限が設定されていません。",
         "会社のマスターユーザーまたは管理者に、API連携の利用権限の設定を依頼してください。"],
        ["You are not allowed to use API linkage.",
         "The permission to use API linkage is not set for this user.",
         "Ask the master user or an administrator of your company to grant it."];
    /// We cannot tell whether certificates are revoked: our fault.
    RevocationListStale, "revocation_list_stale", 503, Cooperative, "Certificate revocation cannot be checked at the moment",
        ["現在、電子証明書の確認ができません。",
         "当組合側のシステムで、証明書の失効情報が最新ではありません。お客様の証明書に問題はありません。",
         "ご迷惑をおかけします。しばらくしてからもう一度お試しください。続く場合は、信用組合へご連絡ください。"],
        ["Certificates cannot be checked at the moment.",
         "On our side, the certificate revocation information is out of date. Nothing is wrong with your certificate.",
         "We are sorry. Please try again later, and contact the cooperative if it persists."];
    /// The one-time result code is unknown, used or too old.
    CertificateResultInvalid, "certificate_result_invalid", 422, Customer, "The certificate result cannot be used",
        ["電子証明書の確認結果を引き継げませんでした。",
         "確認結果は一度だけ、60秒以内に使用できます。画面の再読み込みや時間の経過により無効になりました。",
         "もう一度「電子証明書ログイン」を押してください。"],
        ["The result of the certificate check could not be used.",
         "It can be used once, within 60 seconds. A reload or a delay has made it invalid.",
         "Press the certificate login button again."];
    /// The password is wrong.
    PasswordWrong, "password_wrong", 422, Customer, "The login password is wrong",
        ["ログインパスワードが違います。",
         "入力されたログインパスワードが、登録されているものと一致しません。",
         "もう一度入力してください。あと{remaining}回間違えると、利用者がロックされます。"],
        ["The login password is wrong.",
         "What you entered does not match the password on file.",
         "Please enter it again. The user is locked after {remaining} more wrong tries."];
    /// The user is locked.
    UserLocked, "user_locked", 423, Cooperative, "The user is locked",
        ["この利用者はロックされています。",
         "ログインパスワードの間違いが所定の回数に達しました。",
         "信用組合の窓口またはヘルプデスクで、ロックの解除を依頼してください。すでに許可した連携はそのまま利用できます。"],
        ["This user is locked.",
         "The login password was wrong too many times.",
         "Ask the cooperative to unlock the user. Permissions already given go on working."];
    /// The password's time is over: no try is spent.
    PasswordExpired, "password_expired", 403, Cooperative, "The login password has expired",
        ["ログインパスワードの有効期限が切れています。",
         "ログインパスワードの有効期限は{date}でした。期限を過ぎたログインパスワードでは、手続きを進められません。",
         "当組合のインターネットバンキングでログインパスワードを変更してから、もう一度手続きを行ってください。変更できない場合は、信用組合の窓口またはヘルプデスクへご連絡ください。すでに許可した連携はそのまま利用できます。"],
        ["Your login password has expired.",
         "It was valid until {date}. With an expired password the procedure cannot go on.",
         "Change your login password in our internet banking and start again. If you cannot change it, contact the cooperative. Permissions already given go on working."];
    /// The password's time will soon be over.
    PasswordExpiring, "password_expiring", 200, Customer, "The login password expires soon",
        ["ログインパスワードの有効期限が近づいています。",
         "ログインパスワードの有効期限は{date}です。期限を過ぎると、ログインできなくなります。",
         "この手続きはこのまま進められます。期限までに、当組合のインターネットバンキングでログインパスワードを変更してください。"],
        ["Your login password expires soon.",
         "It is valid until {date}. After that you cannot log in with it.",
         "You can go on with this procedure. Please change your login password in our internet banking by that day."];
    /// The certificate's time will soon be over.
    CertificateExpiring, "certificate_expiring", 200, Cooperative, "The client certificate expires soon",
        ["電子証明書の有効期限が近づいています。",
         "使用した電子証明書の有効期限は{date}です。期限を過ぎると、ログインできなくなります。",
         "この手続きはこのまま進められます。期限までに、信用組合で証明書の更新手続きを行い、更新した電子証明書を取り込んでください。許可した連携は、証明書を更新した後もそのまま利用できます。"],
        ["Your certificate expires soon.",
         "The certificate that you used is valid until {date}. After that you cannot log in with it.",
         "You can go on with this procedure. Please renew the certificate at the cooperative by that day and import the new one. Permissions go on working after the renewal."];
    /// The password is missing, too long, or has control characters.
    PasswordMalformed, "password_malformed", 400, Customer, "The login password is malformed",
        ["ログインパスワードの形式が正しくありません。",
         "ログインパスワードが入力されていないか、長すぎるか、使用できない文字が含まれています。",
         "ログインパスワードを入力し直してください。間違いの回数には数えられません。"],
        ["The login password is malformed.",
         "It is empty, too long, or contains characters that cannot be used.",
         "Please enter it again. This was not counted as a wrong try."];
    /// No business was ticked, or one that is not offered.
    BusinessRequired, "business_required", 422, Customer, "At least one business must be selected",
        ["利用する業務が選択されていません。",
         "API連携先が利用する業務を、ひとつ以上選択する必要があります。",
         "「利用業務を選択」から業務を選択してください。"],
        ["No business is selected.",
         "At least one business must be chosen for the service to use.",
         "Choose from the businesses listed."];
    /// A business that this partner may not use.
    BusinessNotOffered, "business_not_offered", 422, Customer, "A selected business is not offered",
        ["選択できない業務が含まれています。",
         "このAPI連携先が利用できない業務が選択されました。",
         "画面を再読み込みして、表示された業務から選択してください。"],
        ["A selected business is not offered.",
         "It cannot be used by this service.",
         "Reload the page and choose from the businesses shown."];
    /// No row was ticked.
    AccountRequired, "account_required", 422, Customer, "At least one account must be selected",
        ["口座が選択されていません。",
         "口座をひとつ以上選択する必要があります。",
         "対象の口座を選択してください。"],
        ["No account is selected.",
         "At least one account must be chosen.",
         "Choose an account."];
    /// An account that is not the user's, is chosen twice, or cannot be chosen here.
    AccountNotSelectable, "account_not_selectable", 422, Customer, "A selected account cannot be used here",
        ["選択できない口座が含まれています。",
         "登録済みの口座、またはこの利用者が使用できない口座が選択されました。",
         "画面を再読み込みして、選択し直してください。"],
        ["A selected account cannot be used here.",
         "It is registered already, or it is not available to this user.",
         "Reload the page and choose again."];
    /// No account is registered at all, so nothing can be permitted.
    NoAccountRegistered, "no_account_registered", 422, Customer, "No account is registered",
        ["登録済みの口座がありません。",
         "API連携には、照会用暗証番号を登録した口座がひとつ以上必要です。",
         "「照会用暗証番号の追加登録」から口座を登録するか、「API連携をキャンセル」でAPI連携先へ戻ってください。"],
        ["No account is registered.",
         "API linkage needs at least one account with a registered inquiry PIN.",
         "Register an account with the button for additional registration, or cancel to return to the service."];
    /// The PIN is not four digits.
    PinMalformed, "pin_malformed", 422, Customer, "The inquiry PIN is malformed",
        ["照会用暗証番号の形式が正しくありません。",
         "照会用暗証番号は数字4桁です。",
         "数字4桁で入力し直してください。間違いの回数には数えられません。"],
        ["The inquiry PIN is malformed.",
         "An inquiry PIN has four digits.",
         "Please enter four digits. This was not counted as a wrong try."];
    /// The core says that the PIN is wrong.
    PinWrong, "pin_wrong", 422, Customer, "The inquiry PIN is wrong",
        ["照会用暗証番号が違います。",
         "入力された照会用暗証番号が、信用組合へ届け出ているものと一致しません。",
         "届け出ている照会用暗証番号を確認し、もう一度登録してください。あと{remaining}回間違えると、この口座の照会用暗証番号がロックされます。"],
        ["The inquiry PIN is wrong.",
         "It does not match the PIN filed with the cooperative.",
         "Check the PIN on file and register again. After {remaining} more wrong tries the PIN of this account is locked."];
    /// The core has locked the account's PIN.
    PinLocked, "pin_locked", 423, Cooperative, "The inquiry PIN is locked",
        ["この口座の照会用暗証番号はロックされています。",
         "照会用暗証番号の間違いが所定の回数に達しました。",
         "信用組合の窓口で、照会用暗証番号のロック解除を依頼してください。ほかの口座はそのまま登録できます。"],
        ["The inquiry PIN of this account is locked.",
         "It was wrong too many times.",
         "Ask at the cooperative's counter to unlock it. Other accounts can still be registered."];
    /// The core has locked the PINs of some accounts.
    PinsLocked, "pins_locked", 200, Cooperative, "Inquiry PINs of some accounts are locked",
        ["照会用暗証番号がロックされている口座があります（{count}口座）。",
         "照会用暗証番号の間違いが所定の回数に達した口座です。ロックが解除されるまで、登録も照会もできません。",
         "信用組合の窓口で、照会用暗証番号のロック解除を依頼してください。ほかの口座は、このまま手続きを進められます。"],
        ["The inquiry PINs of some accounts are locked ({count}).",
         "They were wrong too many times. Until they are unlocked, these accounts can neither be registered nor queried.",
         "Ask at the cooperative's counter to unlock them. You can go on with your other accounts."];
    /// The user has no inquiry account, so there is nothing to link.
    NoInquiryAccount, "no_inquiry_account", 200, Administrator, "The user has no inquiry account",
        ["照会用口座がありません。",
         "この利用者には、API連携で照会できる口座が設定されていません。ログインしても、許可できる口座がありません。",
         "会社のマスターユーザーまたは管理者に、照会用口座の設定を依頼してください。「API連携をキャンセル」で、API連携先へ戻れます。"],
        ["You have no inquiry account.",
         "No account that could be queried by API linkage is set up for this user, so there is nothing to permit.",
         "Ask the master user or an administrator of your company to set one up. You can return to the service by cancelling."];
    /// The core has refused the PIN on file, which it had accepted before.
    PinNoLongerAccepted, "pin_no_longer_accepted", 422, Customer, "The inquiry PIN on file is no longer accepted",
        ["登録されている照会用暗証番号は、使用できなくなりました。",
         "登録した後に照会用暗証番号が変更されたか、ロックされたため、当組合の勘定系システムが受け付けませんでした。",
         "信用組合へ現在届け出ている照会用暗証番号を入力し、もう一度登録してください。"],
        ["The inquiry PIN on file is no longer accepted.",
         "It was changed or locked after it was registered here, so the core banking system refused it.",
         "Enter the PIN that is filed with the cooperative now, and register the account again."];
    /// The core did not answer.
    CoreUnavailable, "core_unavailable", 503, Cooperative, "The core banking system does not answer",
        ["現在、口座の照会ができません。",
         "当組合の勘定系システムから応答がありません。",
         "しばらくしてからもう一度お試しください。"],
        ["Accounts cannot be queried at the moment.",
         "The core banking system does not answer.",
         "Please try again later."];
    /// The core did not answer a PIN check: the outcome is unknown and the check is not repeated by itself.
    PinOutcomeUnknown, "pin_outcome_unknown", 503, Customer, "The outcome of the PIN check is unknown",
        ["照会用暗証番号を確認できませんでした。",
         "当組合の勘定系システムから応答がなく、確認の結果が分かりません。",
         "しばらくしてから、もう一度この口座を登録してください。"],
        ["The inquiry PIN could not be checked.",
         "The core banking system did not answer, so the outcome is unknown.",
         "Please register this account again later."];
    /// Outside the hours of service.
    CoreClosed, "core_closed", 503, Cooperative, "Outside the hours of service",
        ["ただいまサービス時間外です。",
         "口座の照会は、サービス時間内に限り利用できます。",
         "サービス時間内にもう一度お試しください。"],
        ["The service is closed at the moment.",
         "Accounts can be queried during the hours of service only.",
         "Please try again during the hours of service."];
    /// Outside the hours of service, and the core says until when.
    CoreClosedUntil, "core_closed_until", 503, Cooperative, "Outside the hours of service until a known time",
        ["ただいまサービス時間外です。",
         "口座の照会は、サービス時間内に限り利用できます。サービスは{time}に再開します。",
         "{time}以降に、もう一度お試しください。"],
        ["The service is closed at the moment.",
         "Accounts can be queried during the hours of service only. They begin again on {time} (Japan time).",
         "Please try again after {time} (Japan time)."];
    /// 「許可手続きを継続する」 was not ticked.
    IntentRequired, "intent_required", 422, Customer, "The confirmation of intent is missing",
        ["「許可手続きを継続する」が選択されていません。",
         "口座情報へのアクセスを許可するには、意思確認が必要です。",
         "内容を確認のうえ「許可手続きを継続する」を選択し、「許可」を押してください。"],
        ["The confirmation of intent is not ticked.",
         "Your confirmation is needed before access to account information can be permitted.",
         "Read the page, tick the confirmation, and press the permit button."];
    /// The day has turned since the permission page was shown, and the last day with it.
    PermissionPeriodChanged, "permission_period_changed", 409, Customer, "The last day of the permission has changed",
        ["日付が変わったため、許可期間の最終日が変わりました。",
         "画面を表示したあとに午前0時を過ぎました。許可はまだ行われていません。",
         "表示しなおした許可期間を確認し、「許可手続きを継続する」をもう一度選択して「許可」を押してください。"],
        ["The date has changed, and with it the last day of the permission.",
         "Midnight (Japan time) has passed since the page was shown. Nothing has been permitted yet.",
         "Check the permission period shown now, tick the confirmation again, and press the permit button."];
    /// Another act came first.
    VersionStale, "version_stale", 409, Customer, "The page is out of date",
        ["画面の内容が最新ではありません。",
         "別のタブや画面で手続きが先に進んでいます。",
         "最新の内容を表示しました。内容を確認して続けてください。"],
        ["The page is out of date.",
         "The procedure has moved on in another tab or window.",
         "The latest state is shown. Please check it and go on."];
    /// The act does not fit the step.
    StepMismatch, "step_mismatch", 409, Customer, "The act does not belong to the current step",
        ["この操作は現在の手順では行えません。",
         "手続きは別の手順にあります。",
         "表示された手順から続けてください。"],
        ["This cannot be done at the current step.",
         "The procedure stands at another step.",
         "Please go on from the step shown."];
    /// The same act is still being worked on, or its outcome was lost.
    ActInterrupted, "act_interrupted", 409, Customer, "The outcome of the earlier act is unknown",
        ["前回の操作の結果を確認できませんでした。",
         "処理の途中でシステムが中断しました。",
         "画面の内容を確認し、必要であればもう一度操作してください。"],
        ["The outcome of the earlier act is unknown.",
         "The system was interrupted while working on it.",
         "Check what the page shows and act again if needed."];
    /// Another act of the same linkage is being worked on.
    ActInProgress, "act_in_progress", 409, Customer, "Another act is in progress",
        ["前の操作を処理しています。",
         "同じ手続きの別の操作がまだ終わっていません。",
         "数秒待ってから、もう一度お試しください。"],
        ["An earlier act is still being worked on.",
         "Another act of the same procedure has not finished.",
         "Please wait a few seconds and try again."];
    /// The linkage's time is up.
    DeadlinePassed, "deadline_passed", 410, Customer, "The time for the procedure is up",
        ["手続きの制限時間を過ぎました。",
         "所定の時間内に手続きが完了しませんでした。登録した照会用暗証番号は登録されたままです。",
         "API連携先へ戻り、もう一度はじめから手続きを行ってください。"],
        ["The time for this procedure is up.",
         "It was not finished in time. Inquiry PINs that were registered stay registered.",
         "Return to the service and start again."];
    /// This browser did not receive the answer that renewed its cookie.
    AnswerLost, "answer_lost", 410, Customer, "The login could not be carried over",
        ["この手続きを続けられません。",
         "通信が途中で切れたため、ログインを引き継げませんでした。口座情報へのアクセスは許可されていません。登録した照会用暗証番号は登録されたままです。",
         "API連携先へ戻り、もう一度はじめから手続きを行ってください。"],
        ["This procedure cannot go on.",
         "The connection broke while you were logging in, so the login could not be carried over. Access to account information is not permitted. Inquiry PINs that were registered stay registered.",
         "Return to the service and start again."];
    /// The linkage is over.
    LinkageEnded, "linkage_ended", 410, Customer, "The procedure is over",
        ["この手続きは終了しています。",
         "手続きは完了したか、キャンセルされました。",
         "必要な場合は、API連携先からもう一度手続きを行ってください。"],
        ["This procedure is over.",
         "It was completed or cancelled.",
         "If needed, start again from the service."];
    /// The pushed request has been answered by another linkage, in another browser or tab.
    RequestAnswered, "request_answered", 409, Customer, "The request has been answered already",
        ["API連携先からのこの要求には、すでに回答済みです。",
         "同じ要求の手続きが、別の画面またはブラウザで完了したか、キャンセルされました。ひとつの要求に回答できるのは一度だけです。この画面の操作では、何も許可されていません。",
         "API連携先へ戻り、連携の状態を確認してください。必要な場合は、もう一度手続きを行ってください。"],
        ["This request of the service has been answered already.",
         "The same request was completed or cancelled on another page or in another browser. A request can be answered only once. Nothing was permitted on this page.",
         "Return to the service and see how the linkage stands. If needed, start again from there."];
    /// No time can be added any more.
    ExtensionExhausted, "extension_exhausted", 422, Customer, "The time cannot be extended any further",
        ["これ以上延長できません。",
         "手続き全体の上限時間に達しています。",
         "残り時間内に手続きを完了するか、API連携先からもう一度はじめてください。"],
        ["The time cannot be extended any further.",
         "The limit for the whole procedure has been reached.",
         "Finish within the time left, or start again from the service."];
    /// Unknown, or somebody else's: the same answer.
    NotFound, "not_found", 404, Customer, "Not found",
        ["ページまたは手続きが見つかりません。",
         "アドレスが正しくないか、手続きが終了したか、別のブラウザで始められた手続きです。",
         "API連携先の画面から、もう一度はじめてください。"],
        ["The page or procedure was not found.",
         "The address is wrong, the procedure is over, or it was begun in another browser.",
         "Start again from the service's page."];
    /// Not logged in to the customer's pages, or the session is over.
    SessionRequired, "session_required", 401, Customer, "No session",
        ["ログインが必要です。",
         "ログインしていないか、ログインの有効時間を過ぎました。",
         "もう一度ログインしてください。"],
        ["Please log in.",
         "You are not logged in, or the session has ended.",
         "Log in again."];
    /// The body is not what the endpoint takes.
    RequestMalformed, "request_malformed", 400, Partner, "The request is malformed",
        ["送信された内容を読み取れませんでした。",
         "リクエストの形式が正しくありません。",
         "画面を再読み込みして、もう一度お試しください。"],
        ["What was sent could not be read.",
         "The request is malformed.",
         "Reload the page and try again."];
    /// The body is too large.
    RequestTooLarge, "request_too_large", 413, Partner, "The request is too large",
        ["送信された内容が大きすぎます。",
         "リクエストの大きさが上限を超えています。",
         "一度に送る内容を減らして、もう一度お試しください。"],
        ["What was sent is too large.",
         "The request exceeds the size limit.",
         "Send less at once and try again."];
    /// The content type is not the one that is taken.
    MediaTypeUnsupported, "media_type_unsupported", 415, Partner, "The media type is not supported",
        ["送信された内容の形式に対応していません。",
         "application/json のみ受け付けます。",
         "画面を再読み込みして、もう一度お試しください。"],
        ["The media type is not supported.",
         "Only application/json is accepted.",
         "Reload the page and try again."];
    /// The method is not allowed here.
    MethodNotAllowed, "method_not_allowed", 405, Partner, "The method is not allowed",
        ["この操作方法には対応していません。",
         "許可されていないHTTPメソッドです。",
         "画面を再読み込みして、もう一度お試しください。"],
        ["This method is not allowed here.",
         "The HTTP method is not supported by this address.",
         "Reload the page and try again."];
    /// Origin or the CSRF header is wrong.
    OriginRefused, "origin_refused", 403, Partner, "The request did not come from our page",
        ["このページからの操作として確認できませんでした。",
         "リクエストの送信元が正しくありません。",
         "API連携先の画面から、もう一度はじめてください。"],
        ["The request did not come from our page.",
         "Its origin or marker header is not the expected one.",
         "Start again from the service's page."];
    /// The Host header names another server (RFC 9110 section 15.5.20).
    HostUnknown, "host_unknown", 421, Partner, "The request names another host",
        ["このアドレスでは受け付けていません。",
         "リクエストの宛先（ホスト名）が、このサーバーのものではありません。",
         "API連携先の画面から、もう一度はじめてください。"],
        ["This address is not served here.",
         "The host that the request names is not this server's.",
         "Start again from the service's page."];
    /// The partner is suspended.
    PartnerSuspended, "partner_suspended", 403, Cooperative, "The partner is suspended",
        ["このAPI連携先は現在利用できません。",
         "信用組合がこのAPI連携先との連携を停止しています。",
         "API連携先または信用組合へお問い合わせください。"],
        ["This service cannot be used at the moment.",
         "The cooperative has suspended linkage with it.",
         "Please contact the service or the cooperative."];
    /// The authorization request is invalid and may not be redirected.
    AuthorizationRequestInvalid, "authorization_request_invalid", 400, Partner, "The authorization request is invalid",
        ["API連携先からの要求を受け付けられませんでした。",
         "API連携先から送られた要求の内容が正しくないか、有効時間を過ぎています。",
         "API連携先の画面へ戻り、もう一度はじめてください。続く場合は、API連携先へお問い合わせください。"],
        ["The request from the service could not be accepted.",
         "It is not valid, or it is too old.",
         "Go back to the service and start again. If it persists, contact the service."];
    /// The access token does not cover this.
    InsufficientScope, "insufficient_scope", 403, Partner, "The permission does not cover this",
        ["この業務は許可されていません。",
         "アクセストークンの認可範囲に、この業務が含まれていません。",
         "お客様に、この業務を含めてもう一度許可していただいてください。"],
        ["This business is not permitted.",
         "The access token's scope does not cover it.",
         "Ask the customer for a permission that covers it."];
    /// The access token is missing, unknown, expired, revoked or bound to something else.
    InvalidToken, "invalid_token", 401, Partner, "The access token is not valid",
        ["アクセストークンが無効です。",
         "アクセストークンがないか、期限切れ、失効済み、または別の証明書に結び付いています。",
         "リフレッシュトークンで更新するか、お客様にもう一度許可していただいてください。"],
        ["The access token is not valid.",
         "It is missing, expired, revoked, or bound to another certificate.",
         "Refresh it, or ask the customer for a new permission."];
    /// The account must be registered again: the core no longer accepts the PIN on file.
    AccountRegistrationRequired, "account_registration_required", 403, Customer, "The account must be registered again",
        ["この口座は、照会用暗証番号の再登録が必要です。",
         "登録されている照会用暗証番号を、当組合の勘定系システムが受け付けませんでした。",
         "お客様に、API連携の手続きでこの口座の照会用暗証番号を登録し直していただいてください。"],
        ["The account must be registered again.",
         "The core banking system no longer accepts the inquiry PIN on file.",
         "Ask the customer to register the account's inquiry PIN again in the linkage procedure."];
    /// A query parameter of the accounts API is wrong.
    ParameterInvalid, "parameter_invalid", 400, Partner, "A parameter is invalid",
        ["パラメーターが正しくありません。",
         "パラメーターの名前、値、組み合わせ、または重複に誤りがあります。",
         "APIの仕様を確認してください。"],
        ["A parameter is invalid.",
         "Its name, value, combination or repetition is not allowed.",
         "See the API description."];
    /// Days before the first one that the customer has permitted.
    DayNotPermitted, "day_not_permitted", 403, Partner, "Days before the permitted ones",
        ["この日付より前の明細は許可されていません。",
         "お客様が許可した明細の開始日より前の日付が指定されました。",
         "許可された開始日以降の日付を指定してください。より前の明細が必要な場合は、お客様にもう一度許可していただいてください。"],
        ["These days are not permitted.",
         "They lie before the first day of statements that the customer has permitted.",
         "Ask for days from the permitted first day on. For earlier ones, ask the customer for a new permission."];
    /// Too many requests.
    TooManyRequests, "too_many_requests", 429, Customer, "Too many requests",
        ["アクセスが集中しています。",
         "短い時間に多くのリクエストを受け取りました。",
         "しばらく待ってから、もう一度お試しください。"],
        ["Too many requests.",
         "Many requests arrived in a short time.",
         "Please wait a while and try again."];
    /// Our fault.
    InternalError, "internal_error", 500, Cooperative, "Internal error",
        ["システムでエラーが発生しました。",
         "当組合側の問題です。お客様の操作に誤りはありません。",
         "しばらくしてからもう一度お試しください。続く場合は、表示された番号を信用組合へお伝えください。"],
        ["An error occurred in the system.",
         "The problem is on our side; you did nothing wrong.",
         "Please try again later. If it persists, tell the cooperative the number shown."];
}

/// What the texts of a problem name, in the form of each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// The name in the texts, without its braces.
    pub name: &'static str,
    /// The value in Japanese.
    pub ja: String,
    /// The value in English.
    pub en: String,
}

impl ProblemCode {
    /// Code and texts, for codes without parameters.
    pub fn explain(self) -> Explanation {
        self.explain_with(&[])
    }

    /// Code and texts, naming the tries that remain.
    pub fn explain_with_tries(self, remaining: u32) -> Explanation {
        self.explain_with(&[Filling {
            name: "remaining",
            ja: remaining.to_string(),
            en: remaining.to_string(),
        }])
    }

    /// Code and texts, with these values filled in.
    pub fn explain_with(self, fillings: &[Filling]) -> Explanation {
        let (ja, en) = self.templates();
        let texts = |parts: [&str; 3], value: fn(&Filling) -> &str| {
            let [what, why, remedy] = parts.map(|part| {
                fillings.iter().fold(part.to_owned(), |text, filling| {
                    text.replace(&format!("{{{}}}", filling.name), value(filling))
                })
            });
            Texts { what, why, remedy }
        };
        Explanation {
            code: self.as_str().to_owned(),
            ja: texts(ja, |filling| &filling.ja),
            en: texts(en, |filling| &filling.en),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that texts name.
    fn fillings() -> Vec<Filling> {
        ["remaining", "date", "time", "count"]
            .map(|name| Filling {
                name,
                ja: "三".into(),
                en: "3".into(),
            })
            .into()
    }

    #[test]
    fn every_row_is_complete_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ProblemCode::ALL {
            assert!(seen.insert(code.as_str()), "{} twice", code.as_str());
            // A notice comes with an answer that succeeds.
            assert!(code.status() == 200 || (400..600).contains(&code.status()));
            assert_eq!(
                serde_json::to_value(code).unwrap(),
                code.as_str(),
                "wire form and code agree"
            );
            let explanation = code.explain_with(&fillings());
            for texts in [&explanation.ja, &explanation.en] {
                for text in [&texts.what, &texts.why, &texts.remedy] {
                    assert!(
                        !text.is_empty() && !text.contains('{'),
                        "{}: {text}",
                        code.as_str()
                    );
                }
            }
        }
    }

    #[test]
    fn the_tries_that_remain_are_named_in_both_languages() {
        let explanation = ProblemCode::PinWrong.explain_with_tries(4);
        assert!(explanation.ja.remedy.contains("あと4回"));
        assert!(explanation.en.remedy.contains("4 more"));
    }

    #[test]
    fn each_language_has_its_own_form_of_a_value() {
        let explanation = ProblemCode::PasswordExpired.explain_with(&fillings());
        assert!(explanation.ja.why.contains("有効期限は三でした"));
        assert!(explanation.en.why.contains("until 3."));
    }
}
