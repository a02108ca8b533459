using System.Net;
using Microsoft.AspNetCore.Http;
using PantryChain.Store.Desk;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Tests;

public sealed class ClerkSessionSpecs
{
    private readonly ClerkSession _session = new(new ClerkKeys("right", "token"), new LoginThrottle(TimeProvider.System, longest: TimeSpan.FromHours(1)));

    [Fact]
    public void Who_guesses_has_to_wait_even_with_the_right_password_and_the_clerk_elsewhere_does_not()
    {
        DefaultHttpContext guesser = From("10.0.0.66"), clerk = From("10.0.0.1");
        Refusal? refused = null;
        for (int guess = 0; guess < 100 && refused is null; guess++)
        {
            try
            {
                _session.TryLogIn(guesser, "wrong").Should().BeFalse();
            }
            catch (Refusal refusal)
            {
                refused = refusal;
            }
        }

        Action right = () => _session.TryLogIn(guesser, "right");

        refused!.Status.Should().Be(429);
        right.Should().Throw<Refusal>().Which.Code.Should().Be("too_many_tries");
        _session.TryLogIn(clerk, "right").Should().BeTrue();
        clerk.Response.Headers.SetCookie.ToString().Should().Contain("httponly").And.Contain("samesite=strict");
    }

    private static DefaultHttpContext From(string address)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context;
    }
}
