//! The application's root: language, announcements, the frame of every page, and which page an address leads to.
//! Not here: the pages.

use crate::browser;
use crate::components::frame::{Announcer, Frame};
use crate::language::Tongue;
use crate::pages::linkage::LinkagePage;
use crate::pages::linkages::LinkagesPage;
use crate::pages::not_found::NotFoundPage;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;

/// Puts the application into the page. It stays hidden behind the static shell until a page has something to show.
pub(crate) fn mount() {
    if let Some(place) = browser::mount_point() {
        leptos::mount::mount_to(place, App).forget();
    }
}

#[component]
fn App() -> impl IntoView {
    Tongue::provide();
    Announcer::provide();
    view! {
        <Router>
            <Frame>
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=|| view! { <Redirect path="/linkages" /> } />
                    <Route path=path!("/linkages") view=LinkagesPage />
                    <Route path=path!("/linkages/:id") view=LinkagePage />
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
