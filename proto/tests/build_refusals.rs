//! What the build refuses: contracts whose access rules don't fit, each with its exact complaint.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../build/access.rs"]
mod access;

use prost_reflect::DescriptorPool;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

const OPTIONS: &str = include_str!("../llpr/options/v1/access.proto");

/// A contract held in memory.
struct Memory(String);

impl FileResolver for Memory {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "llpr/options/v1/access.proto" => File::from_source(name, OPTIONS),
            "test.proto" => File::from_source(name, &self.0),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn compile(source: &str) -> DescriptorPool {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Memory(source.to_owned()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true);
    compiler
        .open_file("test.proto")
        .unwrap_or_else(|error| panic!("{source}\n{error}"));
    DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).unwrap()
}

/// A service with these methods, and requests to try them with.
fn contract(methods: &str) -> String {
    format!(
        r#"
syntax = "proto3";
package llpr.v1;
import "llpr/options/v1/access.proto";
service TestService {{
{methods}
}}
message DoRequest {{
  string name = 1;
  int32 urn = 2;
  repeated string names = 3;
  Inner inner = 4;
  repeated Inner inners = 5;
  map<string, string> words = 6;
  optional string alias = 7;
  oneof choice {{
    Inner chosen = 8;
    string picked = 9;
  }}
}}
message Inner {{
  string name = 1;
  bytes raw = 2;
}}
message OtherRequest {{
  string name = 1;
  message Nested {{}}
}}
message DoResponse {{}}
"#
    )
}

/// `rpc Do` with an access rule in text format.
fn method(rule: &str) -> String {
    contract(&format!(
        "rpc Do(DoRequest) returns (DoResponse) {{ option (llpr.options.v1.access) = {{ {rule} }}; }}"
    ))
}

fn complaint(source: &str) -> String {
    match access::Table::read(&compile(source)) {
        Ok(_) => panic!("accepted:\n{source}"),
        Err(complaint) => complaint,
    }
}

/// The complaint about `rpc Do` with this rule, without the method's name before it.
fn complaint_about(rule: &str) -> String {
    let complaint = complaint(&method(rule));
    complaint
        .strip_prefix("llpr.v1.TestService.Do: ")
        .unwrap_or_else(|| panic!("{complaint}"))
        .to_owned()
}

#[test]
fn a_method_without_an_access_rule() {
    assert_eq!(
        complaint(&contract("rpc Do(DoRequest) returns (DoResponse);")),
        "llpr.v1.TestService.Do: has no access rule: say who may call it with \
         (llpr.options.v1.access)"
    );
}

#[test]
fn a_contract_that_does_not_even_import_the_option() {
    let source = r#"
syntax = "proto3";
package llpr.v1;
service TestService { rpc Do(DoRequest) returns (DoResponse); }
message DoRequest {}
message DoResponse {}
"#;
    assert_eq!(
        complaint(source),
        "llpr.v1.TestService.Do: llpr/options/v1/access.proto is not imported"
    );
}

#[test]
fn a_rule_without_a_scope() {
    let expected = "has an access rule without a scope";
    assert_eq!(complaint_about("roles: [ROLE_SIM]"), expected);
    assert_eq!(
        complaint_about("scope: SCOPE_UNSPECIFIED roles: [ROLE_SIM]"),
        expected
    );
}

#[test]
fn a_scope_with_a_resource_but_no_field_for_it() {
    for scope in ["SCOPE_DISTRICT", "SCOPE_SCHOOL", "SCOPE_NODE"] {
        assert_eq!(
            complaint_about(&format!("scope: {scope} roles: [ROLE_SIM]")),
            "needs a resource_field for its scope"
        );
    }
}

#[test]
fn a_resource_field_that_the_request_lacks() {
    for (field, expected) in [
        ("title", "DoRequest has no field `title`"),
        ("outer.name", "DoRequest has no field `outer`"),
        ("inner.title", "Inner has no field `title`"),
        ("inner.name.first", "Inner has no field `name.first`"),
    ] {
        let rule = format!("scope: SCOPE_SCHOOL resource_field: '{field}' roles: [ROLE_SIM]");
        assert_eq!(complaint_about(&rule), expected);
    }
}

#[test]
fn a_resource_field_that_is_not_one_string() {
    for (field, expected) in [
        (
            "names",
            "`names` is not a single string, so it can't name a resource",
        ),
        (
            "urn",
            "`urn` is not a single string, so it can't name a resource",
        ),
        (
            "words",
            "`words` is not a single string, so it can't name a resource",
        ),
        (
            "inner",
            "`inner` is not a single string, so it can't name a resource",
        ),
        (
            "inner.raw",
            "`inner.raw` is not a single string, so it can't name a resource",
        ),
        ("name.first", "`name` is not a single message"),
        ("inners.name", "`inners` is not a single message"),
        ("words.key", "`words` is not a single message"),
        (
            "alias",
            "`alias` is optional or in a oneof, so it can't name a resource",
        ),
        (
            "picked",
            "`picked` is optional or in a oneof, so it can't name a resource",
        ),
        (
            "chosen.name",
            "`chosen` is optional or in a oneof, so it can't name a resource",
        ),
    ] {
        let rule = format!("scope: SCOPE_SCHOOL resource_field: '{field}' roles: [ROLE_SIM]");
        assert_eq!(complaint_about(&rule), expected);
    }
}

#[test]
fn a_resource_field_that_the_scope_does_not_use() {
    for rule in [
        "scope: SCOPE_PUBLIC resource_field: 'name'",
        "scope: SCOPE_SELF resource_field: 'name'",
        "scope: SCOPE_COUNTY resource_field: 'name' roles: [ROLE_SIM]",
        "scope: SCOPE_LISTED resource_field: 'name' roles: [ROLE_SIM]",
    ] {
        assert_eq!(
            complaint_about(rule),
            "has resource_field `name`, which its scope does not use"
        );
    }
}

#[test]
fn a_scope_for_roles_without_a_role() {
    for rule in [
        "scope: SCOPE_COUNTY",
        "scope: SCOPE_LISTED",
        "scope: SCOPE_DISTRICT resource_field: 'name'",
        "scope: SCOPE_SCHOOL resource_field: 'name'",
        "scope: SCOPE_NODE resource_field: 'name'",
    ] {
        assert_eq!(
            complaint_about(rule),
            "names no role, so nobody could call it"
        );
    }
}

#[test]
fn roles_that_the_scope_does_not_use() {
    for scope in ["SCOPE_PUBLIC", "SCOPE_SELF"] {
        assert_eq!(
            complaint_about(&format!("scope: {scope} roles: [ROLE_SIM]")),
            "has roles, which its scope does not use"
        );
    }
}

#[test]
fn the_unspecified_role() {
    assert_eq!(
        complaint_about("scope: SCOPE_COUNTY roles: [ROLE_SIM, ROLE_UNSPECIFIED]"),
        "names ROLE_UNSPECIFIED"
    );
}

#[test]
fn a_role_named_twice() {
    assert_eq!(
        complaint_about("scope: SCOPE_COUNTY roles: [ROLE_SIM, ROLE_LLP, ROLE_SIM]"),
        "names role 1 twice"
    );
}

#[test]
fn two_methods_with_one_request() {
    assert_eq!(
        complaint(&contract(
            "rpc Do(DoRequest) returns (DoResponse) { option (llpr.options.v1.access) = {scope: SCOPE_SELF}; }
             rpc Again(DoRequest) returns (DoResponse) { option (llpr.options.v1.access) = {scope: SCOPE_SELF}; }"
        )),
        "/llpr.v1.TestService/Again and /llpr.v1.TestService/Do share the request DoRequest: \
         give each method its own"
    );
}

#[test]
fn a_request_from_elsewhere() {
    let source = contract(
        "rpc Do(OtherRequest.Nested) returns (DoResponse) { option (llpr.options.v1.access) = {scope: SCOPE_SELF}; }",
    );
    assert_eq!(
        complaint(&source),
        "llpr.v1.TestService.Do: takes llpr.v1.OtherRequest.Nested, which is not a message of its \
         own in llpr.v1"
    );
}

#[test]
fn a_client_stream_over_a_school() {
    let source = contract(
        "rpc Do(stream DoRequest) returns (DoResponse) { option (llpr.options.v1.access) = {
           scope: SCOPE_SCHOOL resource_field: 'name' roles: [ROLE_SIM] }; }",
    );
    assert_eq!(
        complaint(&source),
        "llpr.v1.TestService.Do: a client stream can't name its resource: use SCOPE_COUNTY"
    );
}

#[test]
fn every_complaint_at_once() {
    let source = contract(
        "rpc Do(DoRequest) returns (DoResponse);
         rpc Other(OtherRequest) returns (DoResponse) { option (llpr.options.v1.access) = {scope: SCOPE_COUNTY}; }",
    );
    assert_eq!(
        complaint(&source),
        "llpr.v1.TestService.Do: has no access rule: say who may call it with \
         (llpr.options.v1.access)\n\
         llpr.v1.TestService.Other: names no role, so nobody could call it"
    );
}

#[test]
fn a_good_contract_is_accepted_and_becomes_a_table() {
    let source = contract(
        "rpc Other(stream OtherRequest) returns (stream DoResponse) {
           option (llpr.options.v1.access) = {scope: SCOPE_COUNTY roles: [ROLE_DATA_OFFICER]};
         }
         rpc Do(DoRequest) returns (DoResponse) {
           option (llpr.options.v1.access) = {
             scope: SCOPE_SCHOOL resource_field: 'inner.name' roles: [ROLE_LLP, ROLE_SIM]
           };
         }",
    );
    let table = access::Table::read(&compile(&source)).unwrap();

    let paths: Vec<_> = table.0.iter().map(|rule| rule.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/llpr.v1.TestService/Do", "/llpr.v1.TestService/Other"],
        "sorted, because the server searches by halves"
    );
    let code = table.to_rust("impl Validate for llpr::v1::OtherRequest {", &[]);
    assert!(code.contains(
        r#"Method { path: "/llpr.v1.TestService/Do", scope: Scope::School, resource_field: "inner.name", roles: &[2, 1], client_streaming: false, server_streaming: false }"#
    ));
    assert!(code.contains(
        r#"Method { path: "/llpr.v1.TestService/Other", scope: Scope::County, resource_field: "", roles: &[9], client_streaming: true, server_streaming: true }"#
    ));
    assert!(code.contains(r#"self.inner.as_ref().map_or("", |m| m.name.as_str())"#));
    assert!(
        code.contains("impl prost_protovalidate::Validate for crate::v1::DoRequest"),
        "a request without constraints passes"
    );
    assert!(
        !code.contains("impl prost_protovalidate::Validate for crate::v1::OtherRequest"),
        "a request with generated checks keeps them"
    );
    assert!(
        !table
            .to_rust("", &["DoRequest"])
            .contains("impl prost_protovalidate::Validate for crate::v1::DoRequest"),
        "so does one that is checked by hand"
    );
}

#[test]
fn the_product_s_own_contract_is_accepted() {
    let pool = DescriptorPool::decode(llpr_proto::DESCRIPTOR_IMAGE).unwrap();
    let table = access::Table::read(&pool).unwrap();
    assert_eq!(table.0.len(), llpr_proto::access::METHODS.len());
}
