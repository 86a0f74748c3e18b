//! `llpr api`: any unary method of the contract, JSON in and JSON out.

use std::io::Read;

use clap::Args;
use llpr_client::Session;
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, ReflectMessage, Value};
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{Bytes, http};

use crate::context::Context;
use crate::exit::Failure;
use crate::output::{dynamic_json, pool};

/// Call any method of the contract with JSON
///
/// The request is the proto JSON mapping of the method's request message; the answer is always
/// JSON. An empty `requestId` is filled in.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr api AuthService/GetCaller
  llpr api SchoolService/ListSchools '{\"pageSize\": 10, \"query\": \"oak\"}'
  llpr api UserService/CreateUser - < user.json")]
pub(crate) struct Api {
    /// The method, such as SchoolService/ListSchools
    method: String,
    /// The request; `-` reads it from the standard input
    #[arg(default_value = "{}", value_name = "JSON")]
    json: String,
}

impl Api {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let method = find(&self.method)?;
        let mut json = self.json;
        if json == "-" {
            json.clear();
            context.io.input.read_to_string(&mut json)?;
        }
        let request = read(&method, &json)?;
        let session = context.session()?;
        let answer = call(&session, &method, &request).await?;
        context.object(&dynamic_json(&answer)?)
    }
}

fn find(name: &str) -> Result<MethodDescriptor, Failure> {
    let short = name.trim_start_matches('/').trim_start_matches("llpr.v1.");
    let found = pool()?
        .services()
        .filter(|service| service.package_name() == "llpr.v1")
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .find(|method| format!("{}/{}", method.parent_service().name(), method.name()) == short);
    let Some(method) = found else {
        return Err(Failure::Usage(format!(
            "The contract has no method {name}. `llpr whoami --output json` lists those that your \
             roles open."
        )));
    };
    if method.is_client_streaming() || method.is_server_streaming() {
        return Err(Failure::Usage(format!(
            "{name} is a stream, which this command can't make. For files there is `llpr import \
             apply`."
        )));
    }
    Ok(method)
}

fn read(method: &MethodDescriptor, json: &str) -> Result<DynamicMessage, Failure> {
    let wrong = |error: serde_json::Error| {
        Failure::Usage(format!(
            "The request is not a {} in JSON: {error}",
            method.input().name()
        ))
    };
    let mut reader = serde_json::Deserializer::from_str(json);
    let mut request = DynamicMessage::deserialize(method.input(), &mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    if let Some(field) = request.descriptor().get_field_by_name("request_id")
        && field.kind() == Kind::String
        && request.get_field(&field).as_str() == Some("")
    {
        request.set_field(&field, Value::String(llpr_client::request_id()));
    }
    Ok(request)
}

async fn call(
    session: &Session,
    method: &MethodDescriptor,
    request: &DynamicMessage,
) -> Result<DynamicMessage, Failure> {
    let service = method.parent_service().full_name();
    let path = format!("/{service}/{}", method.name());
    let path = http::uri::PathAndQuery::try_from(path)
        .map_err(|error| Failure::Other(error.to_string()))?;
    let mut client = Grpc::new(session.channel());
    client.ready().await.map_err(llpr_client::Error::from)?;
    let request = tonic::Request::new(Bytes::from(request.encode_to_vec()));
    let answer = client.unary(request, path, Raw).await?.into_inner();
    DynamicMessage::decode(method.output(), answer)
        .map_err(|error| Failure::Other(format!("The server's answer can't be read: {error}")))
}

/// Messages as the bytes they are on the wire.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put(buffer, item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = prost::bytes::Buf::remaining(buffer);
        Ok(Some(prost::bytes::Buf::copy_to_bytes(buffer, length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_a_short_a_full_and_a_wire_name() {
        for name in [
            "SchoolService/ListSchools",
            "llpr.v1.SchoolService/ListSchools",
            "/llpr.v1.SchoolService/ListSchools",
        ] {
            assert_eq!(find(name).unwrap().name(), "ListSchools");
        }
        for name in [
            "ListSchools",
            "SchoolService/Nothing",
            "ImportService/UploadImport",
            "",
        ] {
            assert!(matches!(find(name), Err(Failure::Usage(_))), "{name}");
        }
    }

    #[test]
    fn a_request_id_is_filled_in_where_there_is_none() {
        let method = find("SchoolService/DeleteSchoolLink").unwrap();
        let id = |json| {
            let request = read(&method, json).unwrap();
            request
                .get_field_by_name("request_id")
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(id(r#"{"name": "schools/900001/links/900002"}"#).len(), 36);
        assert_eq!(id(r#"{"requestId": "mine"}"#), "mine");
        // A request without the field is left as it is.
        read(&find("AuthService/GetCaller").unwrap(), "{}").unwrap();
    }

    #[test]
    fn json_that_is_no_request_is_wrong_usage() {
        let method = find("SchoolService/ListSchools").unwrap();
        for json in ["", "[]", r#"{"pageSiz": 1}"#, "{} {}"] {
            assert!(
                matches!(read(&method, json), Err(Failure::Usage(_))),
                "{json}"
            );
        }
    }
}
