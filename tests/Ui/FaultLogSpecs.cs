using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

public sealed class FaultLogSpecs : ILogger<FaultLog>
{
    private readonly List<string> _lines = [];
    private readonly Clock _clock = new();

    [Fact]
    public void What_fails_again_and_again_is_told_once_a_minute_with_how_often()
    {
        FaultLog faults = new(this, _clock);
        for (int second = 0; second < 120; second++)
        {
            for (int time = 0; time < 100; time++)
                faults.Tell(At("/orders/{id}", $"/orders/{time}"), new InvalidOperationException("broken"));
            _clock.Seconds++;
        }

        _lines.Should().HaveCount(2);
        _lines[1].Should().Contain("/orders/{id}").And.Contain("5999 more");
    }

    [Fact]
    public void Another_type_and_another_route_are_other_kinds()
    {
        FaultLog faults = new(this, _clock);
        faults.Tell(At("/a", "/a"), new InvalidOperationException());
        faults.Tell(At("/a", "/a"), new FormatException());
        faults.Tell(At("/b", "/b"), new FormatException());

        _lines.Should().HaveCount(3);
    }

    [Fact]
    public void However_many_kinds_there_are_the_log_stays_small()
    {
        FaultLog faults = new(this, _clock);
        for (int route = 0; route < 5_000; route++)
            faults.Tell(At($"/{route}", $"/{route}"), new FormatException());

        _lines.Should().HaveCount(257, "the rest shares a line");
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Add(formatter(state, exception));

    private static DefaultHttpContext At(string pattern, string path)
    {
        DefaultHttpContext http = new();
        http.Request.Path = path;
        http.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, EndpointMetadataCollection.Empty, null));
        return http;
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; } = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
