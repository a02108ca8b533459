using System.Globalization;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Clock;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What is wrong and the next step, in Korean and English.</summary>
internal sealed class TroubleWords(Language language)
{
    public string Title => Say("살펴볼 것", "Needs a look");

    /// <summary>What every page says while the disk takes nothing.</summary>
    public string Full => What(new Trouble(TroubleCause.DiskRefuses)) + " " + Next(new Trouble(TroubleCause.DiskRefuses));

    /// <summary>What is wrong.</summary>
    public string What(Trouble trouble) => trouble.Cause switch
    {
        TroubleCause.SlotUnwell => Say($"{trouble.Detail}번 칸의 값을 믿을 수 없습니다.", $"Slot {trouble.Detail} cannot be trusted now."),
        TroubleCause.FridgeWarm => new ClimateWords(language).Warm(trouble.Place!.Place, trouble.Place.Warm!),
        TroubleCause.ClimateLost => new ClimateWords(language).Lost(trouble.Place!.Place, trouble.Place.Health),
        TroubleCause.DiskRefuses => Say("디스크에 기록할 수 없습니다. 본 것은 메모리에 두고 계속 잽니다.", "The disk takes nothing more. Sensing goes on; what was seen waits in memory."),
        TroubleCause.WorkFailing => Say($"프로그램의 한 부분이 거듭 실패합니다: {trouble.Detail}. 나머지는 계속합니다.", $"A part of the program keeps failing: {trouble.Detail}. Everything else goes on."),
        TroubleCause.LevelsFailing => Say("시간별 재고를 기록하지 못합니다.", "Levels over time are not being written."),
        TroubleCause.ClockDoubted => Say("시계가 갑자기 바뀌어 날짜를 믿을 수 없습니다.", "The clock leapt, so no date can be trusted."),
        TroubleCause.ClockApart => ClockApart(trouble),
        TroubleCause.BatteryClockUnwell => BatteryClock(trouble),
        TroubleCause.AttentionUnwell => Say($"알림 램프와 버저를 움직일 수 없습니다: {trouble.Detail}", $"Lamp and buzzer cannot be driven: {trouble.Detail}"),
        TroubleCause.DisplayUnwell => Say($"상태 화면을 쓸 수 없습니다: {trouble.Detail}", $"The status display cannot be used: {trouble.Detail}"),
        TroubleCause.HomeLost => Say($"집의 브로커와 연결되어 있지 않습니다{WhyKo(trouble)}. 사건은 기록해 두었다가 나중에 알립니다.", $"The home broker is not connected{WhyEn(trouble)}. Events are kept and told later."),
        TroubleCause.HomeTakenOver => Say("집의 브로커에서 다른 프로그램이 이 게이트웨이의 이름을 써서, 연결을 번갈아 빼앗깁니다.", "Another client uses this gateway's name at the home broker, and they throw each other out."),
        TroubleCause.HomeBrokerUnwell => new HomeBrokerWords(language).What(trouble.Detail),
        TroubleCause.CooperativeLost => Say($"조합의 브로커와 연결되어 있지 않습니다{WhyKo(trouble)}.", $"The cooperative's broker is not connected{WhyEn(trouble)}."),
        TroubleCause.CooperativeTakenOver => Say("조합의 브로커에서 다른 기기가 이 게이트웨이의 로그인을 쓰고 있습니다.", "Another device uses this gateway's login at the cooperative's broker, and they throw each other out."),
        TroubleCause.OrdersFailing => Say("조합의 가게나 체인이 답하지 않습니다. 주문은 기다립니다.", "The cooperative's store or chain does not answer. Orders wait."),
        TroubleCause.CooperativeSilent => Say("하루 넘게 조합에서 아무 말도 듣지 못했습니다.", "Nothing was heard from the cooperative for more than a day."),
        TroubleCause.BlocksWaiting => Say("봉인한 블록을 조합이 받지 않고 있습니다.", "The cooperative does not take the sealed blocks."),
        TroubleCause.BlocksRejected => Say($"조합이 블록을 거절했습니다: {trouble.Detail}.", $"The cooperative rejected a block: {trouble.Detail}."),
        TroubleCause.DeviceStopped => Stopped(trouble),
        TroubleCause.ChainDoubted => Say($"체인의 노드 가운데 믿을 수 없는 것이 있습니다: {trouble.Detail}.", $"Some of the chain's nodes cannot be trusted now: {trouble.Detail}."),
        TroubleCause.CallsHeld => Say($"서명한 요청이 체인에 이르지 못하고 있습니다: {trouble.Detail}.", $"A signed call is held up on its way to the chain: {trouble.Detail}."),
        TroubleCause.NotSignedHere => Say($"이 게이트웨이가 서명하지 않은 주문 {Short(trouble)}에 이 기기의 서명이 있습니다. 누군가 기기의 키를 가지고 있습니다.", $"Order {Short(trouble)} carries this device's signature and was not signed here: somebody else has the device's key."),
        TroubleCause.BlockNotSignedHere => Say(
            $"조합이 이 게이트웨이가 봉인하지 않은 {trouble.Detail}번 블록을 이 기기의 서명으로 받았습니다. 누군가 기기의 키를 가지고 있거나, 옛 사본이 돌고 있습니다.",
            $"The cooperative has block {trouble.Detail} with this device's signature, and it was not sealed here: somebody else has the device's key, or an old copy of its data is running."),
        _ => Say($"주문 {Short(trouble)}에 대해 가게와 체인의 말이 다릅니다.", $"The store and the chain disagree about order {Short(trouble)}."),
    };

    /// <summary>What to do about it.</summary>
    public string Next(Trouble trouble) => trouble.Cause switch
    {
        TroubleCause.SlotUnwell => Say("칸의 화면에서 센서 상태를 보세요.", "Look at its sensors on the slot's page."),
        TroubleCause.FridgeWarm => new ClimateWords(language).WarmNext(trouble.Place!.Place, trouble.Place.Warm!),
        TroubleCause.ClimateLost => new ClimateWords(language).NextStep(trouble.Place!.Health),
        TroubleCause.DiskRefuses => Say("게이트웨이를 켜 둔 채 디스크에 자리를 만드세요. 1초 안에 다시 기록합니다.", "Make room on the disk and leave the gateway running; it tries again every second."),
        TroubleCause.WorkFailing => Say("게이트웨이의 로그에서 까닭을 보고, 오래 가면 조합에 알리세요.", "The gateway's log says why; if it lasts, tell the cooperative."),
        TroubleCause.LevelsFailing => Say("디스크의 자리, 또는 InfluxDB를 확인하세요.", "Check the room on the disk, or InfluxDB."),
        TroubleCause.ClockDoubted => Say("기계의 시계(NTP)를 확인하세요. 맞으면 저절로 풀립니다.", "Check the machine's clock (NTP); once it is right this goes by itself."),
        TroubleCause.ClockApart => Say("기계의 시계(NTP)를 확인하세요. 기계의 시계가 맞으면 조합에 알리세요.", "Check the machine's clock (NTP). If it is right, tell the cooperative."),
        TroubleCause.BatteryClockUnwell => BatteryClockNext(trouble),
        TroubleCause.AttentionUnwell => Say("나머지는 계속합니다. gateway.json의 attention과 배선을 확인하세요.", "Everything else goes on. Check attention in gateway.json and the wires."),
        TroubleCause.DisplayUnwell => Say("나머지는 계속합니다. gateway.json의 display와 배선을 확인하세요.", "Everything else goes on. Check display in gateway.json and the wires."),
        TroubleCause.HomeLost => trouble.Detail switch
        {
            nameof(MqttLossKind.NotAuthorised) => Say("gateway.json의 home.username과 home.passwordFile을 브로커의 비밀번호·접근 파일과 맞추세요.", "Check home.username and home.passwordFile in gateway.json against the broker's password and access files."),
            nameof(MqttLossKind.Tls) => Say("gateway.json의 home.caFile과, 브로커 인증서의 이름과 날짜를 확인하세요.", "Check home.caFile in gateway.json, and name and dates of the broker's certificate."),
            nameof(MqttLossKind.Unfit) => Say("gateway.json의 home.host와 home.port를 확인하고, MQTT 5를 쓰는 브로커(mosquitto 2)를 쓰세요.", "Check home.host and home.port in gateway.json, and use a broker that speaks MQTT 5 (mosquitto 2)."),
            _ => Say("집의 브로커가 켜져 있는지, gateway.json의 home.host와 home.port가 맞는지 확인하세요.", "Check that the home broker runs and that home.host and home.port in gateway.json are right."),
        },
        TroubleCause.HomeTakenOver => Say("베낀 카드나 같은 이름의 기기를 끄거나, 하나에 다른 이름을 주세요(gateway.json의 gateway).", "Stop the copy (a copied card, another device of that name), or give one of them another name (gateway in gateway.json)."),
        TroubleCause.HomeBrokerUnwell => new HomeBrokerWords(language).Next(trouble.Detail),
        TroubleCause.CooperativeLost => trouble.Detail == nameof(MqttLossKind.NotAuthorised)
            ? Say("조합에 물어보세요. 이 기기의 로그인을 더는 받지 않습니다.", "Ask the cooperative: it does not take this device's login any more.")
            : Say("인터넷 연결을 확인하세요. 연결되면 저절로 이어집니다.", "Check the internet connection; it goes on by itself."),
        TroubleCause.CooperativeTakenOver => Say("베낀 카드가 다른 기기에서 돌고 있지 않은지 확인하고, 있으면 끄세요.", "Look for a copied card that runs in another device, and stop it."),
        TroubleCause.OrdersFailing => Say("기다리세요. 오래 가면 './pantry gateway doctor'를 실행하고 조합에 물어보세요.", "Wait; if it lasts, run './pantry gateway doctor' and ask the cooperative."),
        TroubleCause.CooperativeSilent => Say("'./pantry gateway doctor'로 주소를 확인하고 조합에 물어보세요.", "Check the addresses with './pantry gateway doctor' and ask the cooperative."),
        TroubleCause.BlocksWaiting => Say("조합에 물어보세요. 블록은 남아 있으며 다시 보냅니다.", "Ask the cooperative; the blocks are kept and sent again."),
        TroubleCause.BlocksRejected => trouble.Detail.StartsWith("day_", StringComparison.Ordinal)
            ? Say("기계의 시계와 시간대를 확인하세요.", "Check the machine's clock and time zone.")
            : Say("이 이유를 조합에 알리세요. 블록은 남아 있습니다.", "Tell the cooperative this reason; the blocks are kept."),
        TroubleCause.DeviceStopped when trouble.Detail == nameof(DeviceStop.Behind) => Say(
            "'gateway.db'의 가장 새로운 백업을 되돌리거나, 새 기기로 다시 가입하세요.", "Restore the newest backup of gateway.db, or join again as a new device."),
        TroubleCause.DeviceStopped => Say("조합에 물어보세요. 빈 폴더에서 'init'을 하면 새 기기로 다시 가입할 수 있습니다.", "Ask the cooperative; after 'init' in an empty folder you can join again as a new device."),
        TroubleCause.ChainDoubted => Say("'서명한 요청' 화면에서 까닭을 보고, 조합에 물어보세요.", "The page of signed calls says why; ask the cooperative."),
        TroubleCause.CallsHeld => Say("'서명한 요청' 화면에서 내려받아 누구나 체인에 올릴 수 있습니다.", "Download it from the page of signed calls; anybody can bring it to the chain."),
        TroubleCause.NotSignedHere => Say("'이 기기 폐기'를 누르고, 새 키로 다시 가입하세요.", "Press 'Revoke this device', then join anew with a new key."),
        TroubleCause.BlockNotSignedHere => Say(
            "옛 백업을 되돌린 적이 있으면 가장 새로운 'gateway.db'를 되돌리세요. 아니면 '이 기기 폐기'를 누르고 새 키로 다시 가입하세요.",
            "If you put an old backup in place, put the newest gateway.db back. If not, press 'Revoke this device' and join anew with a new key."),
        _ => Say("체인이 맞습니다. 조합에 알리세요.", "The chain counts. Tell the cooperative."),
    };

    private string Stopped(Trouble trouble) => trouble.Detail switch
    {
        nameof(DeviceStop.Behind) => Say("조합이 이 기기의 블록을 이 게이트웨이보다 더 많이 가지고 있습니다. 옛 사본이 돌고 있습니다.", "The cooperative has more of this device's blocks than this gateway: an old copy is running."),
        nameof(DeviceStop.Revoked) => Say("이 기기는 계정에서 해지되었습니다. 조합이 더는 받지 않습니다.", "This device was revoked by its account; the cooperative takes nothing more from it."),
        _ => Say("이 기기가 같은 높이의 블록을 두 번 서명했습니다. 조합이 더는 받지 않습니다.", "This device signed two blocks at one height; the cooperative takes nothing more from it."),
    };

    private static string WhyKo(Trouble trouble) => trouble.Detail switch
    {
        nameof(MqttLossKind.NotAuthorised) => "(로그인을 받지 않음)",
        nameof(MqttLossKind.Tls) => "(인증서를 믿을 수 없음)",
        nameof(MqttLossKind.Unfit) => "(맞는 MQTT 5 브로커가 아님)",
        _ => "(답이 없음)",
    };

    private static string WhyEn(Trouble trouble) => trouble.Detail switch
    {
        nameof(MqttLossKind.NotAuthorised) => ": it does not take the login",
        nameof(MqttLossKind.Tls) => ": its certificate cannot be trusted",
        nameof(MqttLossKind.Unfit) => ": it is no MQTT 5 broker that fits",
        _ => ": it does not answer",
    };

    private static string Short(Trouble trouble) => trouble.Detail.Length > 10 ? trouble.Detail[..10] : trouble.Detail;

    private string ClockApart(Trouble trouble)
    {
        int hours = int.TryParse(trouble.Detail, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int told) ? told : 0, much = Math.Abs(hours);
        string ko = much < 48 ? $"{much}시간" : $"{much / 24}일", en = much < 48 ? $"{much} hours" : $"{much / 24} days";
        return hours > 0
            ? Say($"이 기계의 시계가 조합의 시계보다 약 {ko} 앞서 있습니다. 둘 가운데 하나가 틀립니다.", $"This machine's clock is about {en} ahead of the cooperative's: one of them is wrong.")
            : Say($"이 기계의 시계가 조합의 시계보다 약 {ko} 늦습니다. 둘 가운데 하나가 틀립니다.", $"This machine's clock is about {en} behind the cooperative's: one of them is wrong.");
    }

    private string BatteryClock(Trouble trouble) => trouble.Detail switch
    {
        nameof(ClockState.Missing) => Say("전지 시계가 없습니다. 네트워크 없이 정전되면 날짜를 알 수 없습니다.", "The battery-backed clock is not there: after a power cut without network no date would be known."),
        nameof(ClockState.LostTime) => Say("전지 시계가 시각을 잃었습니다. 전지가 다 되었거나 빠졌습니다.", "The battery-backed clock lost its time: its battery was flat or away."),
        nameof(ClockState.Off) => Say("전지 시계가 시간 서버와 다릅니다.", "The battery-backed clock differs from the time servers."),
        nameof(ClockState.Doubtful) => Say("전지 시계와 기계의 시계가 다르고, 시간 서버가 들리지 않습니다. 날짜를 믿을 수 없습니다.", "The battery-backed clock and the machine's clock differ, and no time server is heard: no date can be trusted."),
        _ => Say("전지 시계가 답하지 않습니다. 나머지는 계속합니다.", "The battery-backed clock does not answer. Everything else goes on."),
    };

    private string BatteryClockNext(Trouble trouble) => trouble.Detail switch
    {
        nameof(ClockState.Missing) => Say("배선을 보고 config.txt에 'dtoverlay=i2c-rtc,ds3231'을 넣으세요. 시계가 없으면 gateway.json의 clock.battery를 지우세요.", "Check its wires and 'dtoverlay=i2c-rtc,ds3231' in config.txt; without such a clock remove clock.battery from gateway.json."),
        nameof(ClockState.LostTime) => Say("전지를 바꾸고, 네트워크에 이으면 저절로 맞춰집니다.", "Replace the battery; with network the clock is set by itself."),
        nameof(ClockState.Off) => Say("11분 안에 저절로 맞춰집니다. 오래 가면 전지와 보드를 바꾸세요.", "It is set by itself within eleven minutes; if this stays, replace battery and board."),
        nameof(ClockState.Doubtful) => Say("네트워크에 이으세요. 시간 서버가 들리면 저절로 풀립니다.", "Connect the network: once a time server is heard this goes by itself."),
        _ => Say("버스의 배선을 확인하고 'dmesg'를 보세요.", "Check the wires of its bus and look into 'dmesg'."),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
