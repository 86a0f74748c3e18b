//! The bare echo: tonic with nothing behind it, the limit of any call.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use llpr_proto::v1::{GetSchoolRequest, GetSchoolResponse};
use prost::Message as _;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::{Request, Response};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic_prost::ProstCodec;

/// The echo's only method.
pub(crate) const PATH: &str = "/bench.Echo/Get";

#[derive(Clone)]
struct Echo {
    answer: GetSchoolResponse,
}

impl NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl UnaryService<GetSchoolRequest> for Echo {
    type Response = GetSchoolResponse;
    type Future = Ready<Result<tonic::Response<GetSchoolResponse>, tonic::Status>>;

    fn call(&mut self, _: tonic::Request<GetSchoolRequest>) -> Self::Future {
        ready(Ok(tonic::Response::new(self.answer.clone())))
    }
}

impl Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move {
            let codec = ProstCodec::<GetSchoolResponse, GetSchoolRequest>::default();
            Ok(Grpc::new(codec).unary(echo, request).await)
        })
    }
}

/// Serves until killed, after saying where.
pub(crate) async fn serve(answer: &str) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = hex::decode(answer)?;
    let echo = Echo {
        answer: GetSchoolResponse::decode(bytes.as_slice())?,
    };
    // Connections that are handed over keep their own setting: the builder's is for those that it
    // accepts itself, and without it each small answer waits for the client's delayed receipt.
    let connections = TcpIncoming::bind(([127, 0, 0, 1], 0).into())?.with_nodelay(Some(true));
    println!("http://{}", connections.local_addr()?);
    tonic::transport::Server::builder()
        .add_service(echo)
        .serve_with_incoming(connections)
        .await?;
    Ok(())
}
