// Clients in Java for test/clients/java-clients.test.ts: Nimbus's OAuth 2.0 SDK and the AWS SDK for Java 2. The result is JSON on standard output.

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.ciba.AuthRequestID;
import com.nimbusds.oauth2.sdk.ciba.CIBAGrant;
import com.nimbusds.oauth2.sdk.ciba.CIBARequest;
import com.nimbusds.oauth2.sdk.ciba.CIBAResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleWithSamlCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;

public final class Clients {
  private static final String VERIFIER = "v".repeat(43);
  private static final Nonce NONCE = new Nonce("a nonce");
  private static final State STATE = new State("a state");

  /** An app that knows the issuer and its own registration. */
  private record App(OIDCProviderMetadata provider, ClientID id, Secret secret, URI callback) {
    static App of(String[] args) throws Exception {
      var provider = OIDCProviderMetadata.resolve(new Issuer(args[1]));
      return new App(provider, new ClientID(args[2]), new Secret(args[3]), URI.create(args[4]));
    }

    ClientAuthentication authentication() {
      return new ClientSecretBasic(id, secret);
    }

    OIDCTokens tokens(AuthorizationGrant grant) throws Exception {
      var request = new TokenRequest.Builder(provider.getTokenEndpointURI(), authentication(), grant).build();
      TokenResponse response = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
      if (!response.indicatesSuccess()) throw refused(response.toErrorResponse().getErrorObject());
      return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    }

    IDTokenClaimsSet validated(OIDCTokens tokens, Nonce nonce) throws Exception {
      var keys = provider.getJWKSetURI().toURL();
      return new IDTokenValidator(provider.getIssuer(), id, JWSAlgorithm.RS256, keys).validate(tokens.getIDToken(), nonce);
    }

    UserInfo userInfo(AccessToken token) throws Exception {
      var http = new UserInfoRequest(provider.getUserInfoEndpointURI(), token).toHTTPRequest();
      UserInfoResponse response = UserInfoResponse.parse(http.send());
      if (!response.indicatesSuccess()) throw refused(response.toErrorResponse().getErrorObject());
      return response.toSuccessResponse().getUserInfo();
    }
  }

  private static GeneralException refused(ErrorObject error) {
    return new GeneralException(error.getCode() + ": " + error.getDescription());
  }

  private static Map<String, Object> begin(App app) {
    var request = new AuthenticationRequest.Builder(
            new ResponseType("code"), new Scope("openid", "profile", "offline_access"), app.id(), app.callback())
        .endpointURI(app.provider().getAuthorizationEndpointURI())
        .state(STATE)
        .nonce(NONCE)
        .prompt(new Prompt(Prompt.Type.CONSENT))
        .codeChallenge(new CodeVerifier(VERIFIER), CodeChallengeMethod.S256)
        .build();
    return Map.of("url", request.toURI().toString());
  }

  private static Map<String, Object> finish(App app, String callback) throws Exception {
    AuthenticationResponse answer = AuthenticationResponseParser.parse(URI.create(callback));
    if (!answer.indicatesSuccess()) throw refused(answer.toErrorResponse().getErrorObject());
    if (!STATE.equals(answer.getState())) throw new GeneralException("another state");
    if (!app.provider().getIssuer().equals(answer.getIssuer())) throw new GeneralException("another issuer");
    AuthorizationCode code = answer.toSuccessResponse().getAuthorizationCode();
    OIDCTokens first = app.tokens(new AuthorizationCodeGrant(code, app.callback(), new CodeVerifier(VERIFIER)));
    IDTokenClaimsSet claims = app.validated(first, NONCE);
    OIDCTokens second = app.tokens(new RefreshTokenGrant(first.getRefreshToken()));
    UserInfo info = app.userInfo(second.getAccessToken());
    var introspection = new TokenIntrospectionRequest(
        app.provider().getIntrospectionEndpointURI(), app.authentication(), second.getAccessToken());
    var introspected = TokenIntrospectionResponse.parse(introspection.toHTTPRequest().send());
    if (!introspected.indicatesSuccess()) throw refused(introspected.toErrorResponse().getErrorObject());
    return Map.of(
        "person", info.getPreferredUsername(),
        "subjects", claims.getSubject().equals(info.getSubject()),
        "renewed", !first.getRefreshToken().equals(second.getRefreshToken()),
        "active", introspected.toSuccessResponse().isActive());
  }

  /** Client credentials of a machine whose key is registered (RFC 7523). */
  private static Map<String, Object> machine(App app, String jwk, String resource) throws Exception {
    ECKey key = ECKey.parse(jwk);
    Audience audience = new Audience(app.provider().getIssuer().getValue());
    var claims = new com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet(app.id(), audience);
    var authentication = new PrivateKeyJWT(claims, JWSAlgorithm.ES256, key.toECPrivateKey(), key.getKeyID(), null);
    var request = new TokenRequest.Builder(app.provider().getTokenEndpointURI(), authentication, new ClientCredentialsGrant())
        .scope(new Scope("orders:read"))
        .resources(URI.create(resource))
        .build();
    TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());
    if (!response.indicatesSuccess()) throw refused(response.toErrorResponse().getErrorObject());
    AccessToken token = ((AccessTokenResponse) response).getTokens().getAccessToken();
    var jwt = com.nimbusds.jwt.SignedJWT.parse(token.getValue());
    return Map.of("type", jwt.getHeader().getType().toString(), "audience", jwt.getJWTClaimsSet().getAudience(),
        "scope", token.getScope().toString());
  }

  private static Map<String, Object> device(App app) throws Exception {
    var request = new DeviceAuthorizationRequest.Builder(app.authentication())
        .endpointURI(app.provider().getDeviceAuthorizationEndpointURI())
        .scope(new Scope("openid", "profile"))
        .build();
    DeviceAuthorizationResponse response = DeviceAuthorizationResponse.parse(request.toHTTPRequest().send());
    if (!response.indicatesSuccess()) throw refused(response.toErrorResponse().getErrorObject());
    var success = response.toSuccessResponse();
    return Map.of("url", success.getVerificationURIComplete().toString(), "code", success.getDeviceCode().getValue());
  }

  private static Map<String, Object> ciba(App app, String person) throws Exception {
    var request = new CIBARequest.Builder(app.authentication(), new Scope("openid", "profile"))
        .endpointURI(app.provider().getBackChannelAuthenticationEndpointURI())
        .loginHint(person)
        .bindingMessage("till 4")
        .build();
    CIBAResponse response = CIBAResponse.parse(request.toHTTPRequest().send());
    if (!response.indicatesSuccess()) throw refused(response.toErrorResponse().getErrorObject());
    return Map.of("code", response.toRequestAcknowledgement().getAuthRequestID().getValue());
  }

  /** Redeems what a person allowed elsewhere. */
  private static Map<String, Object> redeem(App app, AuthorizationGrant grant) throws Exception {
    OIDCTokens tokens = app.tokens(grant);
    return Map.of("person", app.userInfo(tokens.getAccessToken()).getPreferredUsername(),
        "subject", app.validated(tokens, null).getSubject().getValue());
  }

  private static StsClient sts(AwsCredentialsProvider credentials) {
    return StsClient.builder().region(Region.EU_CENTRAL_1).credentialsProvider(credentials).build();
  }

  private static Map<String, Object> identity(AwsCredentialsProvider credentials) {
    try (StsClient client = sts(credentials)) {
      boolean isSession = credentials.resolveCredentials() instanceof AwsSessionCredentials;
      return Map.of("arn", client.getCallerIdentity().arn(), "session", isSession);
    }
  }

  private static Map<String, Object> aws(String[] args) {
    switch (args[0]) {
      case "default":
        return identity(DefaultCredentialsProvider.builder().build());
      case "user":
        try (IamClient iam = IamClient.builder().region(Region.AWS_GLOBAL).build()) {
          return Map.of("arn", iam.getUser().user().arn());
        }
      case "role":
        return identity(StsAssumeRoleCredentialsProvider.builder()
            .stsClient(sts(DefaultCredentialsProvider.builder().build()))
            .refreshRequest(request -> request.roleArn(args[1]).roleSessionName("java"))
            .build());
      case "web":
        return identity(StsWebIdentityTokenFileCredentialsProvider.builder()
            .stsClient(sts(AnonymousCredentialsProvider.create()))
            .build());
      default:
        return identity(StsAssumeRoleWithSamlCredentialsProvider.builder()
            .stsClient(sts(AnonymousCredentialsProvider.create()))
            .refreshRequest(request -> request.roleArn(args[1]).principalArn(args[2]).samlAssertion(args[3]))
            .build());
    }
  }

  private static Map<String, Object> oidc(String[] args) throws Exception {
    App app = App.of(args);
    return switch (args[0]) {
      case "begin" -> begin(app);
      case "finish" -> finish(app, args[5]);
      case "machine" -> machine(app, args[5], args[6]);
      case "device" -> device(app);
      case "ciba" -> ciba(app, args[5]);
      case "redeem-device" -> redeem(app, new DeviceCodeGrant(new DeviceCode(args[5])));
      case "redeem-ciba" -> redeem(app, new CIBAGrant(new AuthRequestID(args[5])));
      default -> throw new IllegalArgumentException(args[0]);
    };
  }

  public static void main(String[] args) {
    try {
      boolean isAws = java.util.Set.of("default", "user", "role", "web", "saml").contains(args[0]);
      System.out.println(JSONObjectUtils.toJSONString(isAws ? aws(args) : oidc(args)));
    } catch (AwsServiceException problem) {
      System.err.println(problem.awsErrorDetails().errorCode());
      System.exit(1);
    } catch (Exception problem) {
      System.err.println(problem);
      System.exit(1);
    }
  }
}
