//! The journey of the procedure guide, step by step, with its four accounts.

use super::*;
use renkei_procedure::accounts::{Accounts, PinOutcome};
use renkei_procedure::deadline::TimeLimits;
use renkei_procedure::linkage::{ActRefused, Linkage, Step, progress};
use renkei_procedure::login::Login;
use renkei_shared::linkage::{EndReason, Progress};
use renkei_shared::problem::ProblemCode;
use std::time::Duration;

const CODE_LIFETIME: Duration = Duration::from_secs(60);

fn page(linkage: &Linkage) -> (u8, u8) {
    let Progress { current, total } = progress(linkage);
    (current, total)
}

#[test]
fn the_whole_procedure() {
    let now = start();
    let all = vec![account(1), account(2), account(3), account(4)];
    let before = Accounts::new(all.clone(), [account(3)]);
    let mut linkage = Linkage::arrive(terms(BusinessPolicy::Choose), &TimeLimits::default(), now);
    assert_eq!(page(&linkage), (1, 6));

    assert_eq!(linkage.begin_certificate(now), Ok(1));
    linkage.certificate_judged(bad_certificate(), now).unwrap();
    assert!(matches!(
        linkage.step(),
        Step::Login(Login::Certificate { failure: Some(_) })
    ));
    assert_eq!(linkage.begin_certificate(now), Ok(2));
    linkage.certificate_judged(good_certificate(), now).unwrap();
    assert_eq!(page(&linkage), (2, 6));

    linkage
        .password_matched(password_match(), Ok(()), &before, now)
        .unwrap();
    assert_eq!(page(&linkage), (3, 6));
    assert_eq!(
        linkage.choose_businesses([].into(), &before, now),
        Err(ActRefused(ProblemCode::BusinessRequired))
    );
    assert_eq!(
        linkage.choose_businesses([Business::Transfers].into(), &before, now),
        Err(ActRefused(ProblemCode::BusinessNotOffered))
    );
    linkage
        .choose_businesses([Business::Statement].into(), &before, now)
        .unwrap();
    assert_eq!(page(&linkage), (4, 6));

    let selection = linkage
        .select_rows(&[account(1), account(2)], &before, now)
        .unwrap();
    linkage
        .pins_checked(
            &selection,
            [
                (account(1), PinOutcome::Accepted),
                (account(2), PinOutcome::Wrong { remaining_tries: 4 }),
                (account(4), PinOutcome::Accepted),
            ],
        )
        .unwrap();
    assert_eq!(page(&linkage), (5, 6));
    let after = Accounts::new(all, [account(1), account(3)]);
    let Step::PinResult(chosen) = linkage.step() else {
        panic!("{:?}", linkage.step())
    };
    assert!(chosen.registered_now(account(1)));
    assert!(!chosen.registered_now(account(2)));
    assert!(
        !chosen.registered_now(account(4)),
        "a row that was not sent has no outcome"
    );

    linkage.add_more(&after, now).unwrap();
    assert_eq!(
        linkage.select_rows(&[account(1)], &after, now),
        Err(ActRefused(ProblemCode::AccountNotSelectable)),
        "nothing already registered is asked again"
    );
    linkage.confirm(&after, now).unwrap();
    assert_eq!(page(&linkage), (6, 6));

    assert_eq!(
        linkage.permit(&[account(1)], false, &after, None, None, now),
        Err(ActRefused(ProblemCode::IntentRequired))
    );
    assert_eq!(
        linkage.permit(&[], true, &after, None, None, now),
        Err(ActRefused(ProblemCode::AccountRequired))
    );
    assert_eq!(
        linkage.permit(&[account(2)], true, &after, None, None, now),
        Err(ActRefused(ProblemCode::AccountNotSelectable))
    );
    let permitted = linkage
        .permit(&[account(1), account(3)], true, &after, None, None, now)
        .unwrap();
    assert_eq!(permitted.businesses(), &[Business::Statement].into());
    assert_eq!(permitted.user(), user());

    let first = linkage
        .hand_over(false, CODE_LIFETIME, now.plus(Duration::from_secs(59)))
        .unwrap();
    assert_eq!(first.code_number, 1, "the same code while it lives");
    let second = linkage
        .hand_over(false, CODE_LIFETIME, now.plus(Duration::from_secs(60)))
        .unwrap();
    assert_eq!(second.code_number, 2, "a new one once it has expired unredeemed");
    assert!(
        linkage
            .hand_over(true, CODE_LIFETIME, now.plus(Duration::from_secs(61)))
            .is_err()
    );
    assert!(
        linkage.cancel(now).is_err(),
        "a permission is withdrawn, not cancelled"
    );
}

#[test]
fn fixed_businesses_and_registered_accounts_lead_straight_to_the_permission() {
    let now = start();
    let accounts = Accounts::new(vec![account(1)], [account(1)]);
    let mut linkage = Linkage::arrive(terms(BusinessPolicy::Fixed), &TimeLimits::default(), now);
    assert_eq!(page(&linkage), (1, 5));
    linkage.begin_certificate(now).unwrap();
    linkage.certificate_judged(good_certificate(), now).unwrap();
    linkage
        .password_matched(password_match(), Ok(()), &accounts, now)
        .unwrap();
    assert!(matches!(linkage.step(), Step::Permission { .. }));
    assert_eq!(page(&linkage), (3, 3));
}

#[test]
fn nothing_registered_is_explained_and_no_dead_end() {
    let now = start();
    let none = Accounts::new(vec![account(1)], []);
    let mut linkage = Linkage::arrive(terms(BusinessPolicy::Fixed), &TimeLimits::default(), now);
    linkage.begin_certificate(now).unwrap();
    linkage.certificate_judged(good_certificate(), now).unwrap();
    linkage
        .password_matched(password_match(), Ok(()), &none, now)
        .unwrap();
    assert_eq!(
        linkage.confirm(&none, now),
        Err(ActRefused(ProblemCode::NoAccountRegistered))
    );
    let selection = linkage.select_rows(&[account(1)], &none, now).unwrap();
    linkage
        .pins_checked(&selection, [(account(1), PinOutcome::Locked)])
        .unwrap();
    assert_eq!(
        linkage.confirm(&none, now),
        Err(ActRefused(ProblemCode::NoAccountRegistered))
    );
    linkage.cancel(now).unwrap();
    assert_eq!(linkage.end(now), Some(EndReason::Cancelled));
}

#[test]
fn a_user_who_may_not_link_learns_it_before_the_password() {
    let now = start();
    let mut linkage = Linkage::arrive(terms(BusinessPolicy::Fixed), &TimeLimits::default(), now);
    linkage.begin_certificate(now).unwrap();
    let judged = CertificateJudged::Accepted {
        user: user(),
        may_link: false,
        certificate: facts(),
    };
    linkage.certificate_judged(judged, now).unwrap();
    let Step::Login(Login::Certificate {
        failure: Some(failure),
    }) = linkage.step()
    else {
        panic!()
    };
    assert_eq!(failure.refusal, CertificateRefusal::LinkingNotAllowed);
    assert!(linkage.expects_password(now).is_err());
}

#[test]
fn when_the_time_is_up_every_act_says_so() {
    let now = start();
    let mut linkage = Linkage::arrive(terms(BusinessPolicy::Fixed), &TimeLimits::default(), now);
    let late = linkage.deadline().expires_at();
    assert_eq!(linkage.end(late), Some(EndReason::TimedOut));
    assert_eq!(
        linkage.begin_certificate(late),
        Err(ActRefused(ProblemCode::DeadlinePassed))
    );
    assert_eq!(linkage.cancel(late), Err(ActRefused(ProblemCode::DeadlinePassed)));
    assert_eq!(
        linkage.extend(&TimeLimits::default(), late),
        Err(ActRefused(ProblemCode::DeadlinePassed))
    );
}
