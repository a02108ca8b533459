using PantryChain.Gateway.Member;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Member;

public sealed class SessionsSpecs : IDisposable
{
    private readonly TempDataFolder _temp = new();
    private readonly SetTime _real = new(Samples.Morning);

    [Fact]
    public void A_session_survives_a_restart_and_ends_after_twelve_hours()
    {
        string id;
        using (SqliteFile file = SqliteFile.Open(_temp.Folder.Database))
            id = new Sessions(file, _real).Start();

        using SqliteFile again = SqliteFile.Open(_temp.Folder.Database);
        Sessions sessions = new(again, _real);
        bool live = sessions.IsLive(id);
        _real.Now += Sessions.Lifetime;

        live.Should().BeTrue();
        sessions.IsLive(id).Should().BeFalse();
    }

    [Fact]
    public void Ending_a_session_ends_it_for_ever()
    {
        using SqliteFile file = SqliteFile.Open(_temp.Folder.Database);
        Sessions sessions = new(file, _real);
        string id = sessions.Start();

        sessions.End(id);

        sessions.IsLive(id).Should().BeFalse();
        new Sessions(file, _real).IsLive(id).Should().BeFalse();
    }

    [Fact]
    public void The_file_holds_nothing_that_opens_a_session()
    {
        string id;
        using (SqliteFile file = SqliteFile.Open(_temp.Folder.Database))
            id = new Sessions(file, _real).Start();

        string content = string.Concat(Directory.GetFiles(_temp.Folder.Path, "gateway.db*").Select(path => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path))));

        content.Should().Contain("sessions").And.NotContain(id);
    }

    [Fact]
    public void The_sixty_fifth_login_ends_the_oldest()
    {
        using SqliteFile file = SqliteFile.Open(_temp.Folder.Database);
        Sessions sessions = new(file, _real);
        string first = sessions.Start();
        for (int i = 0; i < 64; i++)
        {
            _real.Now += TimeSpan.FromSeconds(1);
            sessions.Start();
        }

        sessions.IsLive(first).Should().BeFalse();
    }

    public void Dispose() => _temp.Dispose();
}
