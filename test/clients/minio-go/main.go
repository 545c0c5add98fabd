// Gets credentials by one of minio-go's credential providers and prints them as JSON.
// Arguments: the kind of provider, the endpoint, and what that kind needs (see main).
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

func open(kind, endpoint string, arguments []string) (*credentials.Credentials, error) {
	switch kind {
	case "certificate": // certificate file, key file
		pair, err := tls.LoadX509KeyPair(arguments[0], arguments[1])
		if err != nil {
			return nil, err
		}
		return credentials.NewSTSCertificateIdentity(endpoint, pair)
	case "client-grants": // token
		return credentials.NewSTSClientGrants(endpoint, func() (*credentials.ClientGrantsToken, error) {
			return &credentials.ClientGrantsToken{Token: arguments[0], Expiry: 3600}, nil
		})
	case "web-identity": // token
		return credentials.NewSTSWebIdentity(endpoint, func() (*credentials.WebIdentityToken, error) {
			return &credentials.WebIdentityToken{Token: arguments[0]}, nil
		})
	case "custom-token": // token, role ARN
		return credentials.NewCustomTokenCredentials(endpoint, arguments[0], arguments[1],
			credentials.CustomTokenValidityOpt(24*time.Hour))
	case "ldap": // user name, password
		return credentials.NewLDAPIdentity(endpoint, arguments[0], arguments[1],
			credentials.LDAPIdentityExpiryOpt(7*24*time.Hour))
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

// The HTTP client that trusts the authority named by MINIO_TEST_CA.
func client() (*http.Client, error) {
	roots := x509.NewCertPool()
	if file := os.Getenv("MINIO_TEST_CA"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		roots.AppendCertsFromPEM(pem)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}, nil
}

func run() error {
	http, err := client()
	if err != nil {
		return err
	}
	opened, err := open(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		return err
	}
	value, err := opened.GetWithContext(&credentials.CredContext{Client: http})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(value)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
