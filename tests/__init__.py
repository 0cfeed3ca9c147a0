"""The tests, by speed: domain, language, lib, features, stories, browser, faults."""
