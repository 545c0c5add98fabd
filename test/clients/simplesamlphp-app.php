<?php
/* An app behind SimpleSAMLphp as service provider: shows what it knows of the person, as JSON. Everything else is SimpleSAMLphp's own. */
$url = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($url !== '/app') return false;
require '/usr/share/simplesamlphp/lib/_autoload.php';
$here = 'http://' . $_SERVER['HTTP_HOST'] . '/app?sp=' . $_GET['sp'];
$source = new \SimpleSAML\Auth\Simple($_GET['sp']);

function show(array $facts): void
{
    echo '<pre id="facts">' . htmlspecialchars(json_encode($facts)) . '</pre>';
}

if (isset($_GET['out'])) $source->logout(['ReturnTo' => "$here&left=1", 'ReturnStateParam' => 'state', 'ReturnStateStage' => 'left']);
if (isset($_GET['left'])) {
    $state = \SimpleSAML\Auth\State::loadState($_GET['state'], 'left');
    show(['left' => $state['saml:sp:LogoutStatus']]);
} elseif (isset($_GET['peek'])) {
    show(['isSignedIn' => $source->isAuthenticated()]);
} elseif (isset($_GET['failed'])) {
    $state = \SimpleSAML\Auth\State::loadExceptionState();
    $failure = $state[\SimpleSAML\Auth\State::EXCEPTION_DATA];
    show(['failed' => $failure instanceof \SimpleSAML\Module\saml\Error ? $failure->getSubStatus() : get_class($failure)]);
} elseif (isset($_GET['options'])) {
    $options = json_decode($_GET['options'], true);
    $source->login($options + ['ReturnTo' => $here, 'ErrorURL' => "$here&failed=1"]);
} else {
    $source->requireAuth(['ReturnTo' => $here]);
    $name = $source->getAuthData('saml:sp:NameID');
    show([
        'attributes' => $source->getAttributes(),
        'nameId' => $name->getValue(),
        'format' => $name->getFormat(),
        'context' => $source->getAuthData('saml:sp:AuthnContext'),
        'at' => $source->getAuthData('AuthnInstant'),
        'session' => $source->getAuthData('saml:sp:SessionIndex'),
    ]);
}
