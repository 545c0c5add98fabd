// Clients in Go for test/clients/go-clients.test.ts. The result of each is JSON on standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// identity answers who the default credential chain of the AWS SDK makes us.
func identity(ctx context.Context) (any, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	caller, err := sts.NewFromConfig(settings).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, err
	}
	credentials, err := settings.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"arn": *caller.Arn, "source": credentials.Source, "expires": credentials.CanExpire}, nil
}

// relyingParty is an app that uses go-oidc and x/oauth2: it knows the issuer, its own registration, and what it remembers of a sign-in.
type relyingParty struct {
	provider        *oidc.Provider
	app             oauth2.Config
	verifier, nonce string
}

func newRelyingParty(ctx context.Context, args []string) (*relyingParty, error) {
	provider, err := oidc.NewProvider(ctx, args[0])
	if err != nil {
		return nil, err
	}
	app := oauth2.Config{
		ClientID:     args[1],
		ClientSecret: args[2],
		RedirectURL:  args[3],
		Endpoint:     provider.Endpoint(),
		Scopes:       []string{oidc.ScopeOpenID, "profile", oidc.ScopeOfflineAccess},
	}
	return &relyingParty{provider, app, args[4], args[5]}, nil
}

func (party *relyingParty) begin() any {
	consent := oauth2.SetAuthURLParam("prompt", "consent")
	address := party.app.AuthCodeURL("a state", oidc.Nonce(party.nonce), oauth2.S256ChallengeOption(party.verifier), consent)
	return map[string]string{"url": address}
}

func (party *relyingParty) finish(ctx context.Context, callback string) (any, error) {
	answer, err := url.Parse(callback)
	if err != nil {
		return nil, err
	}
	token, err := party.app.Exchange(ctx, answer.Query().Get("code"), oauth2.VerifierOption(party.verifier))
	if err != nil {
		return nil, err
	}
	text, _ := token.Extra("id_token").(string)
	idToken, err := party.provider.Verifier(&oidc.Config{ClientID: party.app.ClientID}).Verify(ctx, text)
	if err != nil {
		return nil, err
	}
	if idToken.Nonce != party.nonce {
		return nil, fmt.Errorf("the ID token has the nonce %q", idToken.Nonce)
	}
	if idToken.AccessTokenHash != "" {
		if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, err
		}
	}
	expired := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Now().Add(-time.Hour)}
	source := party.app.TokenSource(ctx, expired)
	renewed, err := source.Token()
	if err != nil {
		return nil, err
	}
	info, err := party.provider.UserInfo(ctx, oauth2.StaticTokenSource(renewed))
	if err != nil {
		return nil, err
	}
	var person struct {
		Name string `json:"preferred_username"`
	}
	if err := info.Claims(&person); err != nil {
		return nil, err
	}
	return map[string]any{
		"person":   person.Name,
		"subjects": idToken.Subject == info.Subject,
		"renewed":  renewed.AccessToken != token.AccessToken && renewed.RefreshToken != token.RefreshToken,
	}, nil
}

func run(ctx context.Context, command string, args []string) (any, error) {
	if command == "identity" {
		return identity(ctx)
	}
	party, err := newRelyingParty(ctx, args)
	if err != nil {
		return nil, err
	}
	if command == "begin" {
		return party.begin(), nil
	}
	return party.finish(ctx, args[6])
}

func main() {
	result, err := run(context.Background(), os.Args[1], os.Args[2:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
