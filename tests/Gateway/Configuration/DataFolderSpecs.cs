namespace PantryChain.Gateway.Tests.Configuration;

public sealed class DataFolderSpecs : IDisposable
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite, Folder700 = File600 | UnixFileMode.UserExecute;
    private const UnixFileMode Wide = File600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TempDataFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Whatever_a_gateway_writes_is_its_owners_alone()
    {
        await using GatewayWorld world = new(speed: 60);
        await world.StartAsync();
        await Wait.Until(() => File.Exists(world.Folder.Levels + "-wal") && File.Exists(world.Folder.Database + "-wal"), "both files were written to");

        foreach (string file in Directory.EnumerateFiles(world.Folder.Path, "*.db*").Concat(Directory.EnumerateFiles(world.Folder.Inside("keys"))))
            File.GetUnixFileMode(file).Should().Be(File600, file);
        File.GetUnixFileMode(world.Folder.Path).Should().Be(Folder700);
        File.GetUnixFileMode(world.Folder.Inside("keys")).Should().Be(Folder700);
    }

    [Fact]
    public void A_folder_that_others_could_read_is_closed_and_told_and_strangers_files_stay()
    {
        string[] own = [_temp.Folder.Database, _temp.Folder.Database + "-wal", _temp.Folder.Database + "-shm", _temp.Folder.Levels, _temp.Folder.Calibration, _temp.Folder.LocalToken];
        foreach (string file in (string[])[.. own, _temp.Inside("holiday.jpg")])
        {
            File.WriteAllText(file, "");
            File.SetUnixFileMode(file, Wide);
        }
        File.SetUnixFileMode(_temp.Folder.Path, Folder700 | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        IReadOnlyList<string> told = _temp.Folder.Tighten();

        told.Should().BeEquivalentTo([_temp.Folder.Path, .. own]);
        own.Should().OnlyContain(file => File.GetUnixFileMode(file) == File600);
        File.GetUnixFileMode(_temp.Folder.Path).Should().Be(Folder700);
        File.GetUnixFileMode(_temp.Inside("holiday.jpg")).Should().Be(Wide);
        _temp.Folder.Tighten().Should().BeEmpty("it is told once");
    }
}
