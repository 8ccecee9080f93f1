//! What is left of a request's body when the application has answered: it is read away, so that the answer arrives.
//! Not here: how large a body may be; the application decides, and answers before it has read all of it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Version, header};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::oneshot;

/// No more than this is read away; who sends more has to cope with a closed connection.
const MOST: u64 = 8 * 1024 * 1024;
/// Nor for longer than this.
const PATIENCE: Duration = Duration::from_secs(5);

/// The rest of a body, once the application has let go of it.
pub(crate) struct Remainder(oneshot::Receiver<Incoming>);

/// Hands a request to the application in such a way that the rest of its body comes back.
pub(crate) fn lend(request: Request<Incoming>) -> (Request<Body>, Remainder) {
    let (sender, receiver) = oneshot::channel();
    // A client that waits for "100 Continue" (RFC 9110 section 10.1.1) sends nothing to one who has not begun to read.
    let waits = request.version() < Version::HTTP_2 && request.headers().contains_key(header::EXPECT);
    let request = request.map(|body| {
        Body::new(Lent {
            body: Some(body),
            owner: Some(sender),
            worth_returning: !waits,
        })
    });
    (request, Remainder(receiver))
}

impl Remainder {
    /// Reads it away and forgets it. Closing with unread input makes the system reset a connection, and a stream of
    /// HTTP/2 is reset likewise: the client may lose the answer, or take the reset for one.
    pub(crate) async fn read_away(mut self) {
        // An application that goes on reading beside its answer has not let go.
        if let Ok(body) = self.0.try_recv() {
            let _ = tokio::time::timeout(PATIENCE, read_away(body)).await;
        }
    }
}

async fn read_away(mut body: Incoming) {
    let mut read = 0;
    while read < MOST
        && let Some(Ok(frame)) = next(&mut body).await
    {
        read += frame
            .data_ref()
            .map_or(0, |data| u64::try_from(data.len()).unwrap_or(MOST));
    }
}

async fn next(body: &mut Incoming) -> Option<Result<Frame<Bytes>, hyper::Error>> {
    std::future::poll_fn(|context| hyper::body::Body::poll_frame(Pin::new(&mut *body), context)).await
}

/// A body on loan: dropped before its end, it goes back.
struct Lent {
    body: Option<Incoming>,
    owner: Option<oneshot::Sender<Incoming>>,
    worth_returning: bool,
}

impl hyper::body::Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.worth_returning = true;
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(hyper::body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::new, hyper::body::Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.worth_returning
            && let (Some(body), Some(owner)) = (self.body.take(), self.owner.take())
            && !hyper::body::Body::is_end_stream(&body)
        {
            // Nobody waits for it where the connection is gone.
            let _ = owner.send(body);
        }
    }
}
